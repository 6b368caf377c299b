"""Simulates 50 workers at slow sites on the embedded Postgres: do claims hold, and is it fair?

100,000 pages are queued over 200 processes of 20 accounts. The workers are real but for their
fetcher, which only waits: real hints through the broker, real claims, commits and slices on real
connections, a small page judged for each. Their load is that of so many real worker children at
sites that take ``--seconds`` a page. Late small processes are run beside, and their waits measured.

    python -m benchmarks.simulated_workers
    python -m benchmarks.simulated_workers --workers 100 --seconds 4
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks.rig.ask import Asker, database_pids, watched
from benchmarks.rig.stack import cpu_of
from benchmarks.rig.tell import quantile_line, say
from deploy.local.services import Embedded

ROOT = Path(__file__).parents[1]
ACCOUNTS = 20
THREADS = 10  # workers of one program
SETTLE = 5.0  # seconds before anything is measured
LATE_EVERY = 2.0  # seconds between small processes that come last
SEED = """
INSERT INTO accounts (id, name, balance, webhook_secret)
    SELECT 'account' || n, 'account' || n, 1000000000, 's' FROM generate_series(1, %(accounts)s) n;
INSERT INTO tasks (id, account_id, payload)
    SELECT 'task' || n, 'account' || n, %(payload)s::json FROM generate_series(1, %(accounts)s) n;
INSERT INTO processes (id, task_id, account_id, payload, state, started_at, page_count, open_pages)
    SELECT lpad(n::text, 8, '0') || 'bench', 'task' || n %% %(accounts)s + 1,
        'account' || n %% %(accounts)s + 1, %(payload)s::json, 'running', now(),
        %(pages)s, %(pages)s
    FROM generate_series(1, %(processes)s) n;
INSERT INTO pages (process_id, collection, position, key, url, host, admitted)
    SELECT lpad(n::text, 8, '0') || 'bench', 0, ARRAY[p], md5(n || '/' || p)::uuid,
        'http://site' || n || '.invalid/' || p, 'site' || n || '.invalid', true
    FROM generate_series(1, %(processes)s) n, generate_series(1, %(pages)s) p;
ANALYZE;
"""
LATE = """
INSERT INTO tasks (id, account_id, payload) VALUES ('late', 'account1', %(payload)s::json)
"""
TABLES = """
SELECT relname, n_tup_upd AS updates, n_tup_hot_upd AS hot, n_dead_tup AS dead, autovacuum_count AS
    vacuums, pg_total_relation_size(relid) / 1048576 AS mib
FROM pg_stat_user_tables WHERE n_tup_upd > 0 ORDER BY n_tup_upd DESC LIMIT 5
"""


SLOWEST = """
SELECT calls, round(mean_exec_time::numeric, 2) AS mean, round(max_exec_time::numeric, 1) AS most,
    left(regexp_replace(query, '\\s+', ' ', 'g'), 60) AS query
FROM pg_stat_statements WHERE calls > 100 ORDER BY total_exec_time DESC LIMIT 8
"""


@dataclass(slots=True)
class Watched:
    """What was seen from outside while the workers were at it."""

    late: list[tuple[str, float]] = field(default_factory=list)
    took: float = 0.0
    pages: int = 0
    cpu: float = 0.0
    asked: Any = None


def payload(url: str) -> str:
    """Return the payload of a task at ``url``: one field, robots.txt not asked."""
    return orjson.dumps(
        {
            "request": {"url": url, "ignoreRobots": True},
            "commonParent": ".card",
            "fields": [{"name": "Title", "selector": "h3 a", "type": 1}],
            "format": "jsonl",
        }
    ).decode()


@contextmanager
def crew(environment: Embedded, given: argparse.Namespace) -> Iterator[list[Any]]:
    """Run the pretended workers; after the block the list holds what each program saw."""
    command = [sys.executable, "-m", "benchmarks.rig.pretend", "--threads", str(THREADS)]
    command += ["--seconds", str(given.seconds), "--settle", str(SETTLE)]
    env = {**os.environ, **environment, "MALLOC_ARENA_MAX": "2", "LOG_LEVEL": "error"}
    said: list[Any] = []
    running = [
        subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(given.workers // THREADS)
    ]
    try:
        yield said
    finally:
        for one in running:
            assert one.stdin is not None  # noqa: S101 - it is a pipe
            one.stdin.close()
        for one in running:
            assert one.stdout is not None  # noqa: S101 - it is a pipe
            said.append(json.loads(one.stdout.read() or "{}"))
            one.wait()


def prepare(asker: Asker, given: argparse.Namespace) -> None:
    """Make the tables and queue the pages."""
    from workers.db import migrate  # noqa: PLC0415 - the environment is read at the import

    migrate(os.environ["DATABASE_URL"])
    text, each = payload("http://late.invalid/"), given.pages // given.processes
    values = {"accounts": ACCOUNTS, "processes": given.processes, "pages": each}
    asker.run(SEED, payload=text, **values)
    asker.run(LATE, payload=text)


def hint_all(asker: Asker) -> None:
    """Send the first hints of all processes."""
    from workers.processes.advance import advance  # noqa: PLC0415 - as above
    from workers.runtime.wiring import database, prices  # noqa: PLC0415 - as above

    for row in asker.rows("SELECT id FROM processes ORDER BY id"):
        advance(database(), row.id, prices())


def watch(given: argparse.Namespace) -> Watched:
    """Let the workers work for ``--measure`` seconds, and start small processes beside them."""
    from workers import sweep  # noqa: PLC0415 - as above
    from workers.processes import submit  # noqa: PLC0415 - as above
    from workers.runtime.wiring import database, prices  # noqa: PLC0415 - as above

    seen, began = Watched(), time.monotonic()
    late_at = swept_at = began + LATE_EVERY
    while (now := time.monotonic()) < began + given.measure:
        if now >= late_at:
            row = submit(database(), task_id="late", account_id="account1")
            seen.late.append((row.id, row.created_at.timestamp()))
            late_at = now + LATE_EVERY
        if now >= swept_at:
            swept_at = now + 1.0
            sweep.wake_neglected(database(), prices())
        time.sleep(0.05)
    seen.took = time.monotonic() - began
    return seen


def done(asker: Asker) -> int:
    """Return how many pages are over."""
    return int(asker.rows("SELECT sum(response_count) AS n FROM processes")[0].n)


def postgres_cpu(home: Path) -> float:
    """Return the CPU seconds of Postgres so far."""
    return sum(map(cpu_of, database_pids(home)))


def report(asker: Asker, seen: Watched, said: list[Any]) -> None:
    """Print what became of it."""
    took = {name: [x for one in said for x in one["took"][name]] for name in said[0]["took"]}
    pages = max(1, seen.pages)
    say(f"  {pages} pages in {seen.took:.0f} s: {pages / seen.took:.0f} pages/s")
    say(quantile_line("claim alone", took["claim"]))
    say(quantile_line("commit, mostly with a claim", took["commit"]))
    say(quantile_line("slice", took["slice"]))
    say(f"  Postgres: {seen.cpu / seen.took:.2f} cores, {seen.cpu / pages * 1000:.2f} ms a page")
    say(f"  WAL {seen.asked.wal / pages:.0f} bytes, {seen.asked.n / pages:.2f} statements a page")
    cpu = sum(one["cpu"] for one in said)
    say(f"  the simulation itself: {cpu / (seen.took + SETTLE):.2f} cores")
    fair(asker, seen)
    for row in asker.rows(TABLES):
        say(f"  {row}")
    for row in asker.rows(SLOWEST):
        say(f"  {row.calls:>7} times, mean {row.mean:6} ms, most {row.most:6} ms  {row.query}")
    faults = [fault for one in said for fault in one["faults"]]
    say(f"  faults of slices: {len(faults)} {faults[:3]}")


def fair(asker: Asker, seen: Watched) -> None:
    """Print how long the late ones waited for their request and their end, and how even it was."""
    rows = asker.rows(
        "SELECT extract(epoch FROM started_at - created_at)::float8 AS wait, open_pages"
        " FROM processes WHERE id = ANY(%s) AND started_at IS NOT NULL",
        [key for key, _ in seen.late],
    )
    say(quantile_line("late one: until its slice", [row.wait * 1000 for row in rows]))
    say(f"  of {len(seen.late)} late ones {sum(not row.open_pages for row in rows)} are done")
    even = [
        row.n
        for row in asker.rows(
            "SELECT count(*) FILTER (WHERE state = 'done') AS n FROM pages"
            " WHERE process_id LIKE '%bench' GROUP BY process_id ORDER BY 1"
        )
    ]
    say(f"  pages done a process: least {even[0]}, middle {even[len(even) // 2]}, most {even[-1]}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=50, help="simulated worker children")
    parser.add_argument("--processes", type=int, default=200)
    parser.add_argument("--pages", type=int, default=100_000, help="pages queued in all")
    parser.add_argument("--seconds", type=float, default=2.0, help="mean time a site takes")
    parser.add_argument("--measure", type=float, default=60.0, help="seconds that are measured")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(
            TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
        )
        services = stack.enter_context(watched(Path(folder)))
        os.environ.update(services)
        asker = Asker(services["DATABASE_URL"])
        prepare(asker, given)
        say(f"{given.workers} workers, {given.pages} pages of {given.processes} processes")
        with crew(services, given) as said:
            hint_all(asker)
            time.sleep(SETTLE)
            asker.run("SELECT pg_stat_statements_reset()")
            before, cpu = done(asker), postgres_cpu(Path(folder))
            seen = watch(given)
            seen.pages, seen.cpu = done(asker) - before, postgres_cpu(Path(folder)) - cpu
            seen.asked = asker.statements()
        report(asker, seen, said)
        asker.close()


if __name__ == "__main__":
    main()
