"""Measures what a commit and a page cost Postgres, and says how many crawl children it carries.

The real commit with the next claim in it, over batches of several sizes on one connection: a line
through the points gives the cost of a commit and of a page (CPU, WAL, statements). Then the same
from several connections at once, each at a process of its own and all at one process: what the
hot row of one process allows. The table at the end is the model of docs/scaling.md.

    python -m benchmarks.frontier_model
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, quantiles
from tempfile import TemporaryDirectory

from benchmarks.pages import say
from benchmarks.rig.ask import Asker, database_pids, watched
from benchmarks.rig.stack import cpu_of
from benchmarks.simulated_workers import SEED, payload
from schemas.slice import Batch, ClaimedPage, Outcome
from workers import frontier
from workers.db import Database, migrate
from workers.frontier import Limits

LIMITS = Limits(max_pages=10_000_000, max_runtime=86_400.0, price=50)
RECORDS = '{"Title_text":"' + "x" * 780 + '"}'
PROCESSES, PAGES = 24, 12_000  # pages of each process
EVERY = 0.25  # seconds between commits of a child while pages come in
PROFILES = {"slow sites, 4 pages/s a child": 4.0, "quick sites, 40": 40.0, "all CPU, 600": 600.0}
CHILDREN = (1, 10, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """``fixed`` is a commit's own, ``each`` a page's: milliseconds, bytes, or statements."""

    fixed: float
    each: float

    @classmethod
    def through(cls, points: Sequence[tuple[int, float]]) -> CostLine:
        """Fit (pages in a commit, cost of the commit)."""
        slope, intercept = linear_regression([n for n, _ in points], [cost for _, cost in points])
        return cls(fixed=max(0.0, intercept), each=slope)

    def a_second(self, commits: float, pages: float) -> float:
        """Return the cost of so many commits and pages."""
        return commits * self.fixed + pages * self.each


def outcome(page: ClaimedPage) -> Outcome:
    """Return a page that went well."""
    return Outcome(
        page_id=page.id, chain=page.chain, verdict="ok", status=200, size=40_000, milliseconds=20,
        records=RECORDS, record_count=1, counted_records=1,
    )  # fmt: skip


def work(database: Database, process: str, size: int, *, commits: int, took: list[float]) -> None:
    """Claim and commit so many times in batches of ``size``."""
    slice_ = frontier.open_slice(database, process, queue="base", worker="bench|1|1")
    if slice_ is None:
        raise SystemExit(f"{process} has no pages left")
    pages = frontier.claim(database, slice_, size, LIMITS, idle=True).pages
    for _ in range(commits):
        batch = Batch(outcomes=tuple(map(outcome, pages)), limit=size)
        began = time.monotonic()
        claim = frontier.commit(database, slice_, batch, LIMITS)
        took.append((time.monotonic() - began) * 1000)
        pages = claim.pages if claim else ()
    frontier.close_slice(database, slice_, starved=False)


class FrontierBench:
    """Postgres with a long frontier."""

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        self.asker, self.database = Asker(url), Database(url, keep=PROCESSES)
        text = payload("http://late.invalid/")
        self.asker.run(SEED, payload=text, accounts=20, processes=PROCESSES, pages=PAGES)
        self.ids = [row.id for row in self.asker.rows("SELECT id FROM processes ORDER BY id")]

    def cpu(self) -> float:
        """Return Postgres' CPU in milliseconds."""
        return sum(map(cpu_of, database_pids(self._home))) * 1000

    def batches(self, size: int, commits: int) -> tuple[float, float, float]:
        """Return what a commit of ``size`` pages costs: CPU ms, WAL bytes, statements."""
        took: list[float] = []
        self.asker.run("SELECT pg_stat_statements_reset()")
        before = self.cpu()
        work(self.database, self.ids[0], size, commits=commits, took=took)
        cpu = (self.cpu() - before) / commits
        asked = self.asker.statements()
        wal, statements = asked.wal / commits, asked.n / commits
        say(
            f"  {size:>3} pages: {cpu:6.2f} ms CPU, {wal:8.0f} bytes of WAL,"
            f" {statements:5.1f} statements, p50 {sorted(took)[len(took) // 2]:6.1f} ms a commit"
        )
        return cpu, wal, statements

    def together(self, ids: Sequence[str], size: int, commits: int) -> None:
        """Commit from a connection for each id at once, and print the pace."""
        took: list[float] = []
        crew = [
            threading.Thread(
                target=work,
                args=(self.database, one, size),
                kwargs={"commits": commits, "took": took},
            )
            for one in ids
        ]
        began = time.monotonic()
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        pace = len(took) / (time.monotonic() - began)
        cuts = quantiles(took, n=100, method="inclusive")
        where = f"{len(set(ids)):>2} processes"
        say(
            f"  {len(ids):>2} connections at {where}: {pace:5.0f} commits/s,"
            f" p50 {cuts[49]:6.1f} ms, p99 {cuts[98]:6.1f} ms"
        )


def table(cpu: CostLine, wal: CostLine, statements: CostLine) -> None:
    """Print the model."""
    for name, rate in PROFILES.items():
        commits = min(1 / EVERY, rate) if rate / 64 < 1 / EVERY else rate / 64
        say(f"  {name}: {commits:.1f} commits/s a child")
        for children in CHILDREN:
            asked = (children * commits, children * rate)
            say(
                f"    {children:>3} children: {asked[0]:6.0f} commits/s {asked[1]:7.0f} pages/s"
                f" {statements.a_second(*asked):7.0f} statements/s"
                f" {cpu.a_second(*asked) / 1000:6.2f} cores"
                f" {wal.a_second(*asked) / 1e6:6.2f} MB/s WAL"
            )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 4, 16, 64])
    parser.add_argument("--commits", type=int, default=120, help="of each size")
    given = parser.parse_args()
    with (
        TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder,
        watched(Path(folder)) as services,
    ):
        migrate(services["DATABASE_URL"])
        bench = FrontierBench(Path(folder), services["DATABASE_URL"])
        say("a commit with the next claim, one connection")
        found = {size: bench.batches(size, given.commits) for size in given.sizes}
        lines = [CostLine.through([(n, cost[k]) for n, cost in found.items()]) for k in range(3)]
        for name, line in zip(("CPU ms", "WAL bytes", "statements"), lines, strict=True):
            say(f"  {name}: {line.fixed:.2f} a commit + {line.each:.3f} a page")
        say("several at once, 8 pages a commit")
        for count in (1, 4, 16):
            bench.together(bench.ids[1 : 1 + count], 8, given.commits // 2)
            bench.together([bench.ids[-1]] * count, 8, given.commits // 2)
        say("the model")
        table(*lines)
        bench.asker.close()
        bench.database.close()


if __name__ == "__main__":
    main()
