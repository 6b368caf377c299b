"""What a page may cost, counted and not timed: a figure holds on any machine, however busy.

``budgets.json`` holds each figure as it was when it was last renewed. A figure that is a tenth
above it fails, one of calls by three in a hundred, for those vary with nothing; so does one a fifth
below it: a gain is kept by renewing. To renew:

    RENEW_BUDGETS=1 .venv/bin/pytest -k budget tests/unit tests/integration
"""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from benchmarks.contenders.memory_slice import payload
from benchmarks.rig.market import Market, packed
from schemas.payload import load_plan
from workers.crawl import politeness
from workers.crawl import slice as slice_module
from workers.fetchers.base import Exchange, FetchRequest, Response
from workers.fetchers.http.body import decode_body

FILE = Path(__file__).with_name("budgets.json")
ABOVE, BELOW = 1.1, 0.8  # of the figure that is kept
CALLS_ABOVE = 1.03  # of one of calls
ORIGIN = "http://market.test"
START = f"{ORIGIN}/list/1.html"
PAGES = 4  # listing pages, so that 84 pages are read: more than one commit holds
HEADERS = (("content-type", "text/html; charset=utf-8"),)


def market_payload() -> dict[str, object]:
    """Return the payload that extracts the whole market."""
    return payload(START, pages=PAGES)


PLAN = load_plan(market_payload(), task_name="budget")


class MarketFetcher:
    """A fetcher that has the market in memory, packed, and answers in the order of the requests."""

    def __init__(self) -> None:
        pages = Market(PAGES).pages()
        self._pages = {f"{ORIGIN}/{path}": packed(page) for path, page in pages}
        self._asked: deque[FetchRequest] = deque()

    def start(self, request: FetchRequest) -> None:
        self._asked.append(request)

    def poll(self, timeout: float) -> Sequence[Exchange]:
        assert self._asked or not timeout
        ended = [self._answer(request) for request in self._asked]
        self._asked.clear()
        return ended

    def _answer(self, request: FetchRequest) -> Exchange:
        body = decode_body(self._pages[request.url], "gzip", request.max_bytes)
        response = Response(url=request.url, status=200, headers=HEADERS, body=body, milliseconds=1)
        return Exchange(key=request.key, response=response)

    def cookies(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass for a slice: when it commits then follows from its pages alone."""
    still = SimpleNamespace(monotonic=lambda: 0.0)
    monkeypatch.setattr(slice_module, "time", still)
    monkeypatch.setattr(politeness, "time", still)


def calls_of(work: Callable[[], Any]) -> int:
    """Return how many functions ``work`` calls, of Python and of C."""
    count = 0

    def note(_frame: FrameType, event: str, _about: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def hold(name: str, figure: float) -> None:
    """Compare ``figure`` with what is kept under ``name``, or keep it when asked to."""
    kept: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))
    if os.environ.get("RENEW_BUDGETS"):
        kept[name] = round(figure, 3)
        FILE.write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n", encoding="utf-8")
        return
    before = kept[name]
    told = f"{name}: {figure:.3f}, where {FILE.name} has {before:.3f}."
    above = CALLS_ABOVE if name.startswith("calls ") else ABOVE
    assert figure <= before * above, (
        f"{told} A page costs more than it did. Find out why; if it must, renew (tests/budgets.py)."
    )
    assert figure >= before * BELOW, (
        f"{told} A page costs far less than it did: renew, so that it stays so (tests/budgets.py)."
    )
