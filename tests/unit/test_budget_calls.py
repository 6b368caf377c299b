from __future__ import annotations

import tracemalloc

import pytest

from benchmarks.rig.market import Market
from benchmarks.rig.memory import options
from tests.budgets import ORIGIN, PAGES, PLAN, MarketFetcher, calls_of, hold, stop_the_clock
from workers.crawl import run_slice
from workers.crawl.memory_ports import MemoryPorts
from workers.extraction.cage import timed_extract
from workers.extraction.source import Source

ALL = PAGES * 21


@pytest.mark.parametrize(("path", "collection"), [("list/1.html", 0), ("item/1.html", 1)])
def test_reading_a_page_calls_no_more_functions_than_it_did(path: str, collection: int) -> None:
    """What a page costs in Python is what it calls; memory is what it holds at most at once."""
    html = dict(Market(PAGES).pages())[path].encode()

    def read() -> None:
        timed_extract(
            Source(utf8=html, url=f"{ORIGIN}/{path}"),
            PLAN.collections[collection],
            PLAN,
            seconds=60,
        )

    read()  # plans are compiled once
    calls = calls_of(read)
    tracemalloc.start()
    read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    kind = path.partition("/")[0]
    hold(f"calls to read a page ({kind})", calls)
    hold(f"KiB of Python to read a page ({kind})", peak / 1024)


def test_a_slice_calls_no_more_functions_a_page_than_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Claim, start, decode, judge and commit, over ports and a site in memory."""
    stop_the_clock(monkeypatch)
    run_slice(PLAN, MemoryPorts(PLAN, MarketFetcher(), slots=32), options(32), frozenset())  # type: ignore[arg-type]
    ports = MemoryPorts(PLAN, MarketFetcher(), slots=32)  # type: ignore[arg-type]
    calls = calls_of(lambda: run_slice(PLAN, ports, options(32), frozenset()))

    assert [outcome.verdict for outcome in ports.done] == ["ok"] * ALL
    hold("calls of a slice a page", calls / ALL)
    hold("calls of a slice to the frontier a page", len(ports.calls) / ALL)
