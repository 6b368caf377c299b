"""Measures one process of many pages on the whole stack: does it stay as quick as it began?

A generated site (listing pages linked by 'next', a details page an item, gzip) is extracted by the
real parts; at the end every record is compared with what the site holds, in order. With many items
on a listing page nearly all pages are known early: claims then work on a long queue.

    python -m benchmarks.pages --pages 100000
    python -m benchmarks.pages --pages 100000 --items 500
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

import orjson

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, too

from benchmarks.rig.site import quick_site  # noqa: E402 - after the path
from benchmarks.rig.stack import PARTS, BenchStack, Child, cpu_of, stack  # noqa: E402 - as above
from clients.python.gristmill_client import Run  # noqa: E402 - as above
from tests.site import truth  # noqa: E402 - as above

LOOK_EVERY = 0.5  # seconds
LINE = "{:>6} {:>8} {:>8} {:>8} {:>9} {:>6} {:>9} {:>10}"
HEADS = ("s", "pages", "pages/s", "open", "child MiB", "files", "claim ms", "commit ms")
TIMINGS = """
SELECT name, sum(value) FILTER (WHERE labels LIKE '%"sum"%') AS seconds,
    sum(value) FILTER (WHERE labels NOT LIKE '%"sum"%') AS n
FROM metrics WHERE name IN ('gristmill_claim_seconds', 'gristmill_commit_seconds') GROUP BY name
"""
STATEMENTS = "SELECT sum(calls)::bigint AS n, sum(wal_bytes)::bigint AS wal FROM pg_stat_statements"
TOP = """
SELECT calls, total_exec_time AS ms, wal_bytes,
    left(regexp_replace(query, '\\s+', ' ', 'g'), 70) AS query
FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 12
"""


@dataclass(slots=True)
class PagesWatch:
    """What was seen so far."""

    began: float = field(default_factory=time.monotonic)
    seen_at: float = 0.0
    pages: int = 0
    timings: dict[str, tuple[float, float]] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    publish_memory: float = 0.0


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _means(running: BenchStack, watch: PagesWatch) -> dict[str, float]:
    """Return the mean milliseconds of claims and commits that were told since the last look."""
    means = {}
    for row in running.sql(TIMINGS):
        seconds, count = watch.timings.get(row.name, (0.0, 0.0))
        if row.n > count:
            means[row.name.split("_")[1]] = (row.seconds - seconds) / (row.n - count) * 1000
        watch.timings[row.name] = (row.seconds, row.n)
    return means


def _row(running: BenchStack, watch: PagesWatch, process: Any, children: Sequence[Child]) -> None:  # noqa: ANN401 - a row
    now = time.monotonic()
    rate = (process.response_count - watch.pages) / max(0.001, now - watch.seen_at)
    means = _means(running, watch)
    memory = max((child.memory for child in children), default=0.0)
    watch.rates.append(rate)
    watch.memory.append(memory)
    watch.claims += [means["claim"]] if "claim" in means else []
    watch.commits += [means["commit"]] if "commit" in means else []
    shown = (f"{means[name]:.1f}" if name in means else "-" for name in ("claim", "commit"))
    files = max((child.files for child in children), default=0)
    say(
        LINE.format(
            f"{now - watch.began:.0f}", process.response_count, f"{rate:.0f}", process.open_pages,
            f"{memory:.0f}", files, *shown,
        )
    )  # fmt: skip
    watch.pages, watch.seen_at = process.response_count, now


def follow(running: BenchStack, process_id: str, every: float) -> tuple[PagesWatch, Any]:
    """Watch a process to its end, a line every ``every`` seconds; returns its last row too."""
    watch = PagesWatch()
    watch.seen_at = watch.began
    say(LINE.format(*HEADS))
    while True:
        time.sleep(LOOK_EVERY)
        (process,) = running.sql("SELECT * FROM processes WHERE id = %s", process_id)
        children = running.children()
        if process.state == "publishing":
            watch.publish_memory = max(watch.publish_memory, *(c.memory for c in children))
        ended = process.state not in {"queued", "running", "publishing"}
        crawling = process.state in {"queued", "running"}
        if ended or (crawling and time.monotonic() - watch.seen_at >= every):
            _row(running, watch, process, children)
        if ended:
            return watch, process


def check(run: Run, shop: truth.Shop, site: str) -> int:
    """Compare the file with the truth, record by record; returns how many there are."""
    with TemporaryDirectory() as folder:
        file = run.download(Path(folder))
        count = 0
        with file.open("rb") as lines:
            for got, wanted in zip_longest(lines, truth.records(shop, site)):
                count += 1
                if got is None or wanted is None or orjson.loads(got) != wanted:
                    raise SystemExit(f"record {count} is not as it should be: {got!r}")
    return count


def report(watch: PagesWatch, process: Any, used: dict[str, float], asked: Any) -> None:  # noqa: ANN401 - rows
    """Print what a page cost and how the end compares with the beginning."""
    pages = process.response_count
    crawl = (process.publish_after - process.created_at).total_seconds()
    file = (process.finished_at - process.publish_after).total_seconds()
    say(f"\n{pages} pages in {crawl:.1f} s: {pages / crawl:.0f} pages/s; the file in {file:.1f} s")
    whole = sum(seconds for part, seconds in used.items() if part != "site")
    for part, seconds in [*used.items(), ("stack without site", whole)]:
        say(f"  CPU {part:<18} {seconds / pages * 1000:8.3f} ms a page")
    say(f"  WAL {asked.wal / pages:8.0f} bytes a page; {asked.n / pages:.3f} SQL statements a page")
    for name, values in _compared(watch):
        fifth = max(1, len(values) // 5)
        first, last = fmean(values[1 : 1 + fifth] or values), fmean(values[-fifth:])
        say(f"  {name:<22} early {first:8.1f}   late {last:8.1f}   most {max(values):8.1f}")
    say(f"  child MiB while the file is made: {watch.publish_memory:.0f}")


def _compared(watch: PagesWatch) -> Iterator[tuple[str, list[float]]]:
    named = {
        "claim ms": watch.claims,
        "commit ms": watch.commits,
        "pages/s": watch.rates[:-1],
        "child MiB": watch.memory,
    }
    return ((name, values) for name, values in named.items() if values)


def measure(running: BenchStack, site: tuple[str, int], given: argparse.Namespace) -> None:
    """Run one process and print everything."""
    shop = truth.Shop(pages=max(1, given.pages // (given.items + 1)), items=given.items)
    running.sql("SELECT pg_stat_statements_reset()")
    before = {**running.cpu(), "site": cpu_of(site[1])}
    started = running.client.create(
        {"name": "bench", "payload": truth.payload(shop, site[0])}
    ).run()
    watch, process = follow(running, started.id, given.every)
    if process.state != "finished":
        raise SystemExit(f"the process is {process.state}: {process.error_message}")
    used = {part: seconds - before[part] for part, seconds in running.cpu().items()}
    used["site"] = cpu_of(site[1]) - before["site"]
    (asked,) = running.sql(STATEMENTS)
    report(watch, process, used, asked)
    if given.statements:
        for row in running.sql(TOP):
            say(f"  {row.calls:>8} calls {row.ms:>9.0f} ms {row.wal_bytes:>12} WAL  {row.query}")
    count = check(started, shop, site[0])
    say(f"  {count} records are equal to the truth, in its order")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000, help="pages in all")
    parser.add_argument("--items", type=int, default=20, help="details pages of a listing page")
    parser.add_argument("--pad", type=int, default=40_000, help="bytes of markup added to a page")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until the site answers")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worker children")
    parser.add_argument("--in-flight", type=int, default=16, help="FETCH_THREADS")
    parser.add_argument("--at-host", type=int, default=64, help="HOST_CONCURRENCY (default is 8)")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between lines")
    parser.add_argument(
        "--snapshot", action="store_true", help="hold a snapshot open all the while, as a dump does"
    )
    parser.add_argument("--statements", action="store_true", help="show what Postgres was asked")
    given = parser.parse_args()
    settings = {
        "ALLOWED_NETWORKS": "127.0.0.1/32",
        "GRISTMILL_WORKERS": str(given.workers),
        "FETCH_THREADS": str(given.in_flight),
        "HOST_CONCURRENCY": str(given.at_host),
    }
    with quick_site(pad=given.pad, delay=given.delay) as site, stack(settings) as running:
        say(" ".join(f"{name}={text}" for name, text in settings.items()) + f" pad={given.pad}")
        say(f"parts counted: {', '.join(PARTS)}")
        if given.snapshot:
            running.hold_snapshot()
        measure(running, site, given)


if __name__ == "__main__":
    main()
