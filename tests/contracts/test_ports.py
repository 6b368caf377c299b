"""What a slice may rely on, whatever keeps its frontier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.slice import Batch, Claim, ClaimedPage, NewPage, Outcome
from schemas.task import load_task
from workers import accounts, frontier, processes, tasks
from workers.crawl import Ports
from workers.crawl.memory_ports import MemoryPorts
from workers.errors import StaleSlice
from workers.extraction.urls import page_key
from workers.fetchers.proxies import ProxyPool
from workers.metrics import Metrics
from workers.processes.advance import Prices
from workers.runtime.slice_ports import PostgresPorts

START = "http://site.test/1"
PAYLOAD = {
    "name": "p",
    "format": "jsonl",
    "request": {"url": START},
    "fields": [{"name": "T", "selector": "a"}],
    "paginator": {"nextPageSelector": "a.next", "pageNum": 9},
}
LIMITS = frontier.Limits(max_pages=100, max_runtime=1000.0, price=50)


class Idle:
    """A fetcher that nobody asks."""

    def start(self, request: object) -> None:
        raise AssertionError(request)

    def poll(self, timeout: float) -> Sequence[Any]:  # noqa: ARG002 - a fetcher's
        return ()

    def cookies(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


@dataclass
class Case:
    """Ports with a start page to claim; ``fence_off`` ends the slice from outside."""

    ports: Ports
    fence_off: Callable[[], object]

    def claim(self, limit: int = 9) -> tuple[ClaimedPage, ...]:
        return self.ports.claim(limit, idle=True).pages

    def start_page(self) -> ClaimedPage:
        (page,) = self.claim()
        self.ports.admit([page.id])
        return page

    def commit(self, *outcomes: Outcome, limit: int = 0) -> Claim | None:
        return self.ports.commit(Batch(outcomes=outcomes, limit=limit, idle=True))


@pytest.fixture
def in_memory() -> Case:
    ports = MemoryPorts(load_plan(PAYLOAD), Idle())
    return Case(ports, lambda: setattr(ports, "fenced_off", True))


@pytest.fixture
def in_postgres(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)
    monkeypatch.setattr("workers.celery.revoke", lambda *_: True)
    database = request.getfixturevalue("database")
    account = accounts.create(database, "a", credits=100_000).account_id
    task = tasks.create(database, account_id=account, draft=load_task({"payload": PAYLOAD}))
    process = processes.submit(database, task_id=task.id, account_id=account)
    slice_ = frontier.open_slice(database, process.id, queue="base", worker="h|1|2")
    assert slice_ is not None
    ports = PostgresPorts(
        database, slice_, fetcher=Idle(), asker=Idle(), limits=LIMITS,
        prices=Prices(base=50, chrome=100), host_concurrency=8, proxies=ProxyPool({}, secret="s"),
        keep=lambda *_: None, stopping=lambda: False, metrics=Metrics(),
    )  # fmt: skip
    cancel = lambda: processes.cancel(database, account_id=account, process_id=process.id)  # noqa: E731
    yield Case(ports, cancel)
    ports.close()


@pytest.fixture(params=["in_memory", "in_postgres"])
def case(request: pytest.FixtureRequest) -> Case:
    """Each implementation of ``Ports``."""
    made: Case = request.getfixturevalue(request.param)
    return made


def new(url: str, *, collection: int = 0, chain: int | None = None, **more: Any) -> NewPage:
    more = {"position": (len(url), 1), "queue": "base", "admitted": True, **more}
    return NewPage(
        collection=collection, key=page_key(url), url=url, host="site.test", chain=chain, **more
    )


def ended(page: ClaimedPage, **more: Any) -> Outcome:
    records = {"records": '{"n":1}', "record_count": 1, "counted_records": 1}
    return Outcome(page_id=page.id, chain=page.chain, verdict="ok", status=200, **records, **more)


def again(page: ClaimedPage, step: Any, **more: Any) -> Outcome:
    return Outcome(page_id=page.id, chain=page.chain, step=step, **more)


def urls(claim: Claim | None) -> list[str]:
    assert claim is not None
    return [page.url for page in claim.pages]


def test_a_process_begins_with_its_start_page(case: Case) -> None:
    """It is the first try of a first page, and robots.txt has not been asked."""
    (page,) = case.claim()

    assert (page.url, page.first_url, page.collection) == (START, START, 0)
    assert (page.attempt, page.page_number, page.hops, page.admitted) == (1, 1, 0, False)
    assert page.chain == page.id


def test_a_page_is_claimed_once_and_the_process_is_over_after_its_end(case: Case) -> None:
    """Over is said when no page is open: not while one is held."""
    page = case.start_page()
    held = case.ports.claim(9, idle=False)
    last = case.commit(ended(page), limit=9)

    assert (held.pages, held.over) == ((), False)
    assert (urls(last), last and last.over) == ([], True)


def test_a_commit_without_a_limit_claims_nothing(case: Case) -> None:
    """And what it found waits for the next claim."""
    page = case.start_page()
    details = (new("http://site.test/a", collection=1), new("http://site.test/b", collection=1))

    assert case.commit(ended(page, details=details)) is None
    assert [found.url for found in case.claim()] == [one.url for one in details]


def test_upper_collections_come_first(case: Case) -> None:
    """So that the frontier grows early; no more is claimed than was asked for."""
    page = case.start_page()
    details = tuple(new(f"http://site.test/{n}", collection=1) for n in "ab")
    following = new("http://site.test/2", chain=page.chain, page_number=2)
    claim = case.commit(ended(page, details=details, candidates=(following,)), limit=2)

    assert urls(claim) == ["http://site.test/2", "http://site.test/a"]
    assert [found.url for found in case.claim()] == ["http://site.test/b"]


def test_a_page_is_known_once_however_many_lead_to_it(case: Case) -> None:
    """In its collection: the same URL may stand in another one."""
    page = case.start_page()
    twice = (new("http://site.test/a", collection=1),) * 2
    elsewhere = new("http://site.test/a", collection=2)

    assert len(urls(case.commit(ended(page, details=(*twice, elsewhere)), limit=9))) == 2


def test_the_next_page_is_the_first_candidate_that_the_chain_lacks(case: Case) -> None:
    """A link back to the page itself ends nothing and is not followed."""
    page = case.start_page()
    candidates = [
        new(url, chain=page.chain, page_number=2)
        for url in (START, "http://site.test/2", "http://site.test/3")
    ]
    claim = case.commit(ended(page, candidates=tuple(candidates)), limit=9)

    assert urls(claim) == ["http://site.test/2"]
    assert claim is not None
    assert [(one.chain, one.page_number) for one in claim.pages] == [(page.chain, 2)]


def test_what_was_committed_is_not_committed_again(case: Case) -> None:
    """A commit whose answer was lost is sent once more."""
    page = case.start_page()
    details = (new("http://site.test/a", collection=1),)
    case.commit(ended(page, details=details))
    (held,) = case.claim()
    claim = case.commit(ended(page, details=(new("http://site.test/z", collection=1),)), limit=9)

    assert held.url == "http://site.test/a"
    assert (urls(claim), claim and claim.over) == ([], False)


def test_a_retry_is_another_attempt_at_the_pages_own_url(case: Case) -> None:
    """Its redirects are followed anew, and it comes when its delay is over."""
    page = case.start_page()
    hop = again(page, "hop", fetch_url="http://other.test/", host="other.test")
    case.commit(hop)
    (there,) = case.claim()
    claim = case.commit(again(there, "retry", host="site.test"), limit=9)
    assert claim is not None
    (back,) = claim.pages
    resting = case.commit(again(back, "retry", delay=60.0), limit=9)

    assert (there.url, there.host, there.hops, there.attempt) == (
        "http://other.test/", "other.test", 1, 1,
    )  # fmt: skip
    assert (back.url, back.host, back.hops, back.attempt) == (START, "site.test", 0, 2)
    assert (urls(resting), resting and resting.over) == ([], False)


def test_a_redirect_may_ask_for_the_form_again_and_for_robots(case: Case) -> None:
    """Both are said of the page when it is claimed at its new place."""
    page = case.start_page()
    elsewhere = again(page, "resend", fetch_url="http://other.test/f", admitted=False)
    claim = case.commit(elsewhere, limit=9)
    assert claim is not None
    (moved,) = claim.pages

    assert (moved.url, moved.first_url, moved.resend, moved.admitted) == (
        "http://other.test/f", START, True, False,
    )  # fmt: skip


def test_a_page_for_a_browser_is_not_claimed_here(case: Case) -> None:
    """And the process is not over, for somebody has yet to look at it."""
    page = case.start_page()
    claim = case.commit(again(page, "chrome"), limit=9)

    assert (urls(claim), claim and claim.over) == ([], False)


def test_robots_are_known_once_they_were_saved(case: Case) -> None:
    """Byte for byte, with the status that they came with."""
    before = case.ports.known_robots("http://site.test")
    case.ports.save_robots("http://site.test", 200, b"User-agent: *\nDisallow: /x\n", 60.0)

    assert before is None
    assert case.ports.known_robots("http://site.test") == (200, b"User-agent: *\nDisallow: /x\n")


def test_politeness_is_granted_to_a_slice_that_is_alone(case: Case) -> None:
    """Slots up to what one host may have at once, and a moment at once where none is paced."""
    granted = case.ports.slots({"site.test": (3, 0), "other.test": (50, 0)})

    assert granted == {"site.test": 3, "other.test": 8}
    assert case.ports.moment("site.test", 0.0) == pytest.approx(0.0, abs=0.1)


def test_without_proxies_connections_are_direct(case: Case) -> None:
    """Which is said by an empty URL."""
    assert case.ports.proxy("", "site.test") == ""


def test_a_slice_that_is_fenced_off_may_do_nothing_more(case: Case) -> None:
    """Whatever it tries is void, and says so."""
    page = case.start_page()
    assert case.ports.may_send() is True
    assert case.ports.stopping() is False
    case.fence_off()

    for attempt in (
        lambda: case.ports.claim(9, idle=True),
        lambda: case.commit(ended(page)),
        lambda: case.ports.admit([page.id]),
    ):
        with pytest.raises(StaleSlice):
            attempt()
