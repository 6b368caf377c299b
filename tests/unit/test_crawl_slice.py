from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from schemas.payload import load_plan
from tests.builders import judged
from workers.crawl import run_slice
from workers.crawl.memory_ports import MemoryPorts
from workers.crawl.slice import COMMIT_EVERY, Slice, pause_after
from workers.errors import MalformedHead
from workers.fetchers.base import Exchange, FetchRequest, Response

OPTIONS = replace(
    judged.OPTIONS, in_flight=4, max_bytes=1_000_000, respect_robots=False, fallback=False
)
PAYLOAD: dict[str, Any] = {
    "name": "p",
    "format": "json",
    "request": {"url": "http://site.test/1"},
    "fields": [{"name": "T", "selector": "h1", "type": 1}],
    "paginator": {"nextPageSelector": "a", "pageNum": 100},
}
PLAN = load_plan(PAYLOAD)


class Site:
    """A fetcher whose pages each lead to the next; notes polls that had nothing to wait for."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._asked: deque[FetchRequest] = deque()
        self.empty_polls = 0

    def start(self, request: FetchRequest) -> None:
        self._asked.append(request)

    def poll(self, timeout: float) -> Sequence[Exchange]:
        self.empty_polls += not self._asked and timeout > 0
        ended = [self._answer(request) for request in self._asked]
        self._asked.clear()
        return ended

    def _answer(self, request: FetchRequest) -> Exchange:
        number = int(request.url.rpartition("/")[2])
        link = f"<a href='/{number + 1}'>next</a>" if number < self._last else ""
        body = f"<h1>Page {number}</h1>{link}".encode()
        response = Response(url=request.url, status=200, headers=(), body=body, milliseconds=1)
        return Exchange(key=request.key, response=response)

    def cookies(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


def ports_to(last: int, kind: type[MemoryPorts] = MemoryPorts) -> Any:
    """Return ports to a site of so many pages, whose robots.txt nobody asks for."""
    return kind(PLAN, Site(last), admitted=True)


def test_a_chain_of_pages_takes_one_transaction_a_page() -> None:
    """What a commit finds it claims itself; only the first page is claimed by itself."""
    ports = ports_to(5)
    run_slice(PLAN, ports, OPTIONS, frozenset())

    assert [outcome.verdict for outcome in ports.done] == ["ok"] * 5
    assert ports.calls == ["claim", *["commit"] * 5]


def test_a_slice_ends_with_its_last_commit() -> None:
    """It does not wait for answers that nobody was asked for."""
    ports = ports_to(2)
    run_slice(PLAN, ports, OPTIONS, frozenset())

    assert ports.fetcher.empty_polls == 0


@pytest.mark.parametrize(("took", "pause"), [(0.005, 0.25), (0.0625, 0.25), (0.2, 0.8), (3.0, 2.0)])
def test_commits_that_take_long_come_less_often(took: float, pause: float) -> None:
    """Slices of one process wait for each other then; but what is done is never kept for long."""
    assert pause_after(took) == pytest.approx(pause)


def test_a_next_page_is_claimed_by_the_commit_that_finds_it() -> None:
    """However many pages the slice holds: others wait for what it leads to."""
    ports = ports_to(3)
    slice_ = Slice(PLAN, ports, OPTIONS, frozenset())
    (first,) = ports.claim(1, idle=True).pages
    for number in range(10, 30):
        slice_.politeness.add(replace(first, id=number, url=f"http://site.test/{number}"))
    slice_.politeness.fly(first)
    slice_.at.flying[first.id] = (first, "")
    ports.fetcher.start(FetchRequest(key=first.id, url=first.url))
    (ended,) = ports.fetcher.poll(0)
    slice_._take(ended)  # noqa: SLF001 - one step of the loop
    slice_.at.committed_at = -COMMIT_EVERY
    slice_._commit_and_claim()  # noqa: SLF001

    assert slice_.at.outcomes == []
    assert slice_.politeness.waiting == 20 + 1


class SlowPorts(MemoryPorts):
    """Postgres answers late, and the fence was not seen standing since; ``again``: in time."""

    again = False

    def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
        self.seen = self.again
        return super().slots(wanted)

    def known_robots(self, _origin: str) -> tuple[int, bytes] | None:
        self.seen = self.again
        return (404, b"") if self.again else None


@pytest.mark.parametrize("admitted", [True, False])
def test_no_request_leaves_after_a_wait_that_outlived_the_fence(admitted: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    """Meanwhile the process may have been canceled; the page goes once the fence was seen again."""
    ports = ports_to(1, SlowPorts)
    slice_ = Slice(PLAN, ports, OPTIONS, frozenset())
    claim = ports.claim(1, idle=True)
    slice_._keep(replace(claim, pages=(replace(claim.pages[0], admitted=admitted),)), 1)  # noqa: SLF001 - one step of the loop
    slice_._start()  # noqa: SLF001
    at_once = ports.fetcher.poll(0)
    ports.again = ports.seen = True
    slice_._start()  # noqa: SLF001
    later = ports.fetcher.poll(0)

    assert list(at_once) == []
    assert [one.key for one in later] == [1]


class Malformed(Site):
    """A fetcher whose answers can be read by who is lenient alone."""

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self.asked: list[FetchRequest] = []

    def start(self, request: FetchRequest) -> None:
        self.asked.append(request)
        super().start(request)

    def _answer(self, request: FetchRequest) -> Exchange:
        if request.lenient:
            return super()._answer(request)
        return Exchange(key=request.key, error=MalformedHead())


def test_a_page_with_a_malformed_head_is_asked_for_once_more() -> None:
    """Counted before it leaves, noted once; the host's other pages are read so at once."""
    ports = MemoryPorts(PLAN, site := Malformed(3), admitted=True)
    run_slice(PLAN, ports, OPTIONS, frozenset())

    assert [one.lenient for one in site.asked] == [False, True, True, True]
    assert [outcome.verdict for outcome in ports.done] == ["ok"] * 3
    assert [call for call in ports.calls if "commit" not in call] == ["claim", "admit again"]
    assert [note.partition(":")[0] for note in ports.notes] == ["site.test"]


def test_a_form_with_a_malformed_answer_is_not_sent_again() -> None:
    """It does something at the site; its page has failed."""
    form = load_plan(PAYLOAD | {"request": {"url": "http://site.test/1", "formData": {"a": "1"}}})
    ports = MemoryPorts(form, site := Malformed(1), admitted=True)
    run_slice(form, ports, OPTIONS, frozenset())

    assert [one.lenient for one in site.asked] == [False]
    assert [outcome.verdict for outcome in ports.done] == ["failed"]


def test_nothing_is_claimed_beside_a_page_that_is_tried_alone() -> None:
    """A page beside it that killed the worker would count against this one."""
    ports = ports_to(3)
    slice_ = Slice(PLAN, ports, OPTIONS, frozenset())
    claim = ports.claim(1, idle=True)
    slice_._keep(replace(claim, pages=(replace(claim.pages[0], alone=True),)), 1)  # noqa: SLF001 - one step of the loop
    slice_._start()  # noqa: SLF001
    slice_.at.claim_at = 0.0
    slice_._commit_and_claim()  # noqa: SLF001
    beside = list(ports.calls)
    for ended in ports.fetcher.poll(0):
        slice_._take(ended)  # noqa: SLF001
    slice_._commit_and_claim()  # noqa: SLF001

    assert beside == ["claim"]
    assert ports.calls == ["claim", "commit"]
    assert slice_.politeness.waiting == 1
