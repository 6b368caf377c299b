"""Measures whether a page costs more in a process of a million pages than in one of ten thousand.

Each size is one process on a stack of its own, extracted from a generated site; every record is
compared with the truth. CPU counts the whole stack without the site. A child's memory is looked at
twice a second. ``--known`` does not fetch the first pages of a size: so many are put into the
frontier as done, with records like theirs, and only the rest is crawled, on tables as large.

    python -m benchmarks.growth --sizes 10000 100000
    python -m benchmarks.growth --sizes 10000 1000000
    python -m benchmarks.growth --sizes 10000 1000000 --known 950000
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmarks.pages import STATEMENTS, Watch, check, follow, say
from benchmarks.rig.site import quick_site
from benchmarks.rig.stack import BenchStack, stack
from tests.site import truth

ITEMS = 20  # of a listing page
LINE = "{:>9} {:>9} {:>7} {:>9} {:>9} {:>10} {:>9} {:>6} {:>10} {:>9}"
HEADS = (
    "pages", "CPU ms", "pages/s", "claim ms", "commit ms", "WAL bytes", "child MiB", "HOT %",
    "index/page", "file s",
)  # fmt: skip
KNOWN = """
INSERT INTO pages (process_id, collection, position, key, url, host, state, admitted, counted,
    attempts, verdict, http_status, bytes, milliseconds, record_count, records, done_at)
SELECT %(process)s, 1, ARRAY[-1, n], md5('known' || n)::uuid, 'http://known.invalid/item/' || n,
    'known.invalid', 'done', true, true, 1, 'ok', 200, 40000, 20, 1,
    '{"Sku_text":"SKU-' || lpad(n::text, 7, '0') || '","About_text":"' || repeat('x', 60) || '"}',
    now()
FROM generate_series(1, %(known)s) n
"""
TABLE = """
SELECT n_tup_hot_upd * 100.0 / greatest(1, n_tup_upd) AS hot,
    pg_indexes_size(relid)::float8 / greatest(1, n_live_tup) AS index_bytes
FROM pg_stat_user_tables WHERE relname = 'pages'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthCost:
    """What a page of one size cost: CPU in milliseconds of the whole stack, and of each part."""

    pages: int
    cpu: float
    parts: dict[str, float]


def _mean(values: list[float]) -> float:
    return fmean(values) if values else 0.0


def _know(running: BenchStack, process: str, known: int) -> None:
    """Fill the frontier with pages that are done, a piece at a time."""
    running.sql(KNOWN.replace("%(process)s", f"'{process}'").replace("%(known)s", str(known)))
    # Those that were fetched would have paid for it on their way.
    running.sql("VACUUM (ANALYZE) pages")


def _tell(running: BenchStack, watch: Watch, process: Any, cpu: float, wal: float) -> None:  # noqa: ANN401 - a row
    (table,) = running.sql(TABLE)
    crawl = (process.publish_after - process.created_at).total_seconds()
    file = (process.finished_at - process.publish_after).total_seconds()
    shown = (
        f"{process.page_count}", f"{cpu:.3f}", f"{process.response_count / crawl:.0f}",
        f"{_mean(watch.claims):.1f}", f"{_mean(watch.commits):.1f}", f"{wal:.0f}",
        f"{max(watch.memory):.0f}", f"{table.hot:.0f}", f"{table.index_bytes:.0f}", f"{file:.1f}",
    )  # fmt: skip
    say(LINE.format(*HEADS))
    say(LINE.format(*shown))
    early, late = (
        watch.memory[1 : 1 + len(watch.memory) // 4],
        watch.memory[-len(watch.memory) // 4 :],
    )
    say(f"  child MiB: early {_mean(early):.0f}, late {_mean(late):.0f}")
    for name, values in (("claim", watch.claims), ("commit", watch.commits)):
        fifth = max(1, len(values) // 5)
        say(f"  {name} ms: early {_mean(values[:fifth]):.1f}, late {_mean(values[-fifth:]):.1f}")


def measure(size: int, given: argparse.Namespace) -> GrowthCost:
    """Extract a shop of ``size`` pages and print what it took."""
    known = given.known if size > given.known else 0
    shop = truth.Shop(pages=max(1, (size - known) // (ITEMS + 1)), items=ITEMS)
    settings = {
        "ALLOWED_NETWORKS": "127.0.0.1/32",
        "HOST_CONCURRENCY": "64",
        "MAX_PAGES": str(size + 1000),
    }
    with quick_site(pad=given.pad) as site, stack(settings) as running:
        if known:  # its own process, in the same table and indexes
            one_page = {
                "name": "known",
                "payload": truth.payload(truth.Shop(pages=1, items=1), site[0]),
            }
            _know(running, running.client.create(one_page).run().id, known)
        running.sql("SELECT pg_stat_statements_reset()")
        before = running.cpu()
        started = running.client.create(
            {"name": "bench", "payload": truth.payload(shop, site[0])}
        ).run()
        watch, process = follow(running, started.id, given.every)
        if process.state != "finished":
            raise SystemExit(f"the process is {process.state}: {process.error_message}")
        used = {part: seconds - before[part] for part, seconds in running.cpu().items()}
        (asked,) = running.sql(STATEMENTS)
        pages = process.response_count
        cost = sum(used.values()) / pages * 1000
        _tell(running, watch, process, cost, asked.wal / pages)
        say(f"  {check(started, shop, site[0])} records are as they should be")
    parts = {part: seconds / pages * 1000 for part, seconds in used.items()}
    return GrowthCost(pages=size, cpu=cost, parts=parts)


def main() -> None:
    """Read the options and measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--known", type=int, default=0, help="pages put in as done, not fetched")
    parser.add_argument("--pad", type=int, default=40_000, help="bytes of markup added to a page")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between lines")
    given = parser.parse_args()
    costs = []
    for size in given.sizes:
        say(f"\n{size} pages")
        costs.append(measure(size, given))
    for cost in costs:
        parts = "  ".join(f"{part} {ms:.3f}" for part, ms in cost.parts.items() if ms >= 0.001)  # noqa: PLR2004 - what shows
        say(
            f"{cost.pages:>9} pages: {cost.cpu:.3f} ms CPU a page ({parts}),"
            f" {cost.cpu / costs[0].cpu:.2f} times the first"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
