from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest

from schemas.slice import Batch, ClaimedPage, NewPage, OpenSlice, Outcome
from workers import frontier, sweep
from workers.db import Database
from workers.errors import StaleSlice
from workers.frontier import Limits
from workers.ids import new_id
from workers.processes.advance import Prices, advance
from workers.processes.resume import resume_pending

LIMITS = Limits(max_pages=1000, max_runtime=1000.0, price=50)
COUNTERS = (
    "request_count response_count record_count failed_count empty_count blocked_count"
    " page_count open_pages cost"
)
PRICES = Prices(base=50, chrome=100)


@dataclass
class FrontierRun:
    """A process with a start page, and what tests ask of it."""

    database: Database
    url: str
    account: str
    process: str

    def sql(self, text: str, *values: object) -> list[Any]:
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(text, values)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def open(self, queue: str = "base") -> OpenSlice:
        slice_ = frontier.open_slice(self.database, self.process, queue=queue, worker="h|1|2")
        assert slice_ is not None
        return slice_

    def claim(self, slice_: OpenSlice, limit: int = 64, **more: Any) -> tuple[ClaimedPage, ...]:
        limits = more.pop("limits", LIMITS)
        return frontier.claim(self.database, slice_, limit, limits, idle=True).pages

    def commit(self, slice_: OpenSlice, *outcomes: Outcome, limits: Limits = LIMITS) -> None:
        frontier.commit(self.database, slice_, Batch(outcomes=outcomes), limits)

    def counters(self) -> dict[str, int]:
        names = COUNTERS.split()
        row = self.sql(f"SELECT {','.join(names)} FROM processes WHERE id = %s", self.process)[0]
        return dict(zip(names, row, strict=True))

    def account_row(self) -> tuple[int, int, int]:
        return self.sql(
            "SELECT balance, reserved, spent FROM accounts WHERE id = %s", self.account
        )[0]

    def state(self) -> str:
        return self.sql("SELECT state FROM processes WHERE id = %s", self.process)[0][0]


@pytest.fixture
def run(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> FrontierRun:
    """Return a process of an account that holds 1,000 thousandths: twenty pages."""
    monkeypatch.setattr("workers.celery.send", lambda *_: True)
    made = FrontierRun(database, database_url, "a", new_id())
    made.sql("INSERT INTO accounts (id, name, balance, webhook_secret) VALUES ('a','a',1000,'s')")
    made.sql("INSERT INTO tasks (id, account_id, payload) VALUES ('t', 'a', '{}')")
    made.sql(
        "INSERT INTO processes (id, task_id, account_id, payload, page_count, open_pages)"
        " VALUES (%s, 't', 'a', '{}', 1, 1)",
        made.process,
    )
    made.sql(
        "INSERT INTO pages (process_id, collection, position, key, url, host, admitted)"
        " VALUES (%s, 0, '{1}', %s, 'http://x/1', 'x', true)",
        made.process,
        uuid.uuid4().hex,
    )
    return made


def key(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, name).hex


def page(name: str, *position: int, collection: int = 1, **more: Any) -> NewPage:
    return NewPage(
        collection=collection,
        position=position,
        key=key(name),
        url=f"http://x/{name}",
        host="x",
        queue=more.pop("queue", "base"),
        admitted=more.pop("admitted", True),
        **more,
    )


def ok(claimed: ClaimedPage, records: int = 1, **more: Any) -> Outcome:
    return Outcome(
        page_id=claimed.id,
        chain=claimed.chain,
        verdict="ok" if records else "empty",
        status=200,
        records="\n".join(["{}"] * records) or None,
        record_count=records,
        counted_records=records,
        **more,
    )


def test_a_claim_holds_the_price_and_counts_the_request_before_it_leaves(run: FrontierRun) -> None:
    """What is in flight is reserved; nothing is spent yet."""
    run.claim(run.open())

    assert run.counters()["request_count"] == 1
    assert run.account_row() == (1000, 50, 0)


def test_a_commit_moves_everything_at_once(run: FrontierRun) -> None:
    """Counters, ledger, balance and new pages say the same."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, ok(first, 3, details=(page("d1", 1, 0, 0, 0, 1), page("d2", 1, 1, 0, 0, 1))))

    assert run.counters() == {
        "request_count": 1,
        "response_count": 1,
        "record_count": 3,
        "failed_count": 0,
        "empty_count": 0,
        "blocked_count": 0,
        "page_count": 3,
        "open_pages": 2,
        "cost": 50,
    }
    assert run.account_row() == (950, 0, 50)
    assert run.sql("SELECT page_id, amount FROM ledger") == [(first.id, -50)]


def test_a_commit_that_is_repeated_changes_nothing(run: FrontierRun) -> None:
    """A connection may break while it commits: the second try finds the work done."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, ok(first))
    before = (run.counters(), run.account_row())
    run.commit(slice_, ok(first))

    assert (run.counters(), run.account_row()) == before


def test_a_failed_page_costs_nothing(run: FrontierRun) -> None:
    """The reservation goes back, the failure is counted."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, Outcome(page_id=first.id, chain=first.chain, verdict="failed", error="no"))

    assert run.account_row() == (1000, 0, 0)
    assert run.counters()["failed_count"] == 1


def test_a_retry_waits_and_is_counted_as_one_more_request(run: FrontierRun) -> None:
    """Its attempt number goes up, its first try stays counted."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, Outcome(page_id=first.id, chain=first.chain, step="retry", delay=60.0))
    assert run.claim(slice_) == ()
    run.sql("UPDATE pages SET not_before = now()")
    (again,) = run.claim(slice_)

    assert again.attempt == 2
    assert run.counters()["request_count"] == 2


def test_a_redirect_is_claimed_and_counted_like_a_request_but_is_no_attempt(
    run: FrontierRun,
) -> None:
    """The site sees two requests, the page has one try."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    hop = Outcome(page_id=first.id, chain=first.chain, step="hop", fetch_url="http://y/2", host="y")
    run.commit(slice_, hop)
    (again,) = run.claim(slice_)

    assert (again.url, again.first_url, again.host) == ("http://y/2", "http://x/1", "y")
    assert (again.attempt, again.hops) == (1, 1)
    assert run.counters()["request_count"] == 2


def test_a_redirect_that_wants_the_form_again_is_claimed_so(run: FrontierRun) -> None:
    """And a new attempt forgets the redirects: it starts at the page's own URL."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    hop = Outcome(page_id=first.id, chain=first.chain, step="resend", fetch_url="http://x/2")
    run.commit(slice_, hop)
    (again,) = run.claim(slice_)
    run.commit(slice_, Outcome(page_id=first.id, chain=first.chain, step="retry"))
    (anew,) = run.claim(slice_)

    assert (again.url, again.hops, again.resend, again.attempt) == ("http://x/2", 1, True, 1)
    assert (anew.url, anew.hops, anew.resend, anew.attempt) == ("http://x/1", 0, False, 2)


def test_a_page_that_robots_must_allow_first_is_counted_when_it_is_admitted(
    run: FrontierRun,
) -> None:
    """A page that robots.txt forbids was never a request."""
    run.sql("UPDATE pages SET admitted = false")
    slice_ = run.open()
    (first,) = run.claim(slice_)
    assert run.counters()["request_count"] == 0
    frontier.admit(run.database, slice_, [first.id])
    frontier.admit(run.database, slice_, [first.id])

    assert run.counters()["request_count"] == 1


def test_a_second_request_for_a_page_is_counted_before_it_leaves(run: FrontierRun) -> None:
    """Of the pages that the slice still holds, and of no other."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    frontier.admit(run.database, slice_, [first.id, 999_999], again=True)
    counted = run.counters()["request_count"]
    frontier.close_slice(run.database, slice_, starved=False)

    assert counted == 2
    with pytest.raises(StaleSlice):
        frontier.admit(run.database, slice_, [first.id], again=True)


def test_a_note_is_kept_once_however_many_slices_make_it(run: FrontierRun) -> None:
    """What is said of a host is true of all its pages."""
    for note in ("one", "two", "one"):
        slice_ = run.open()
        (page,) = run.claim(slice_)
        again = Outcome(page_id=page.id, chain=page.chain, step="retry")
        frontier.commit(run.database, slice_, Batch(outcomes=(again,), notes=(note,)), LIMITS)
        frontier.close_slice(run.database, slice_, starved=False)

    assert run.sql("SELECT notes FROM processes")[0][0] == ["one", "two"]


def test_pages_that_come_back_unsent_are_not_counted_twice(run: FrontierRun) -> None:
    """A slice whose time is up gives back what it did not start."""
    slice_ = run.open()
    run.claim(slice_)
    frontier.close_slice(run.database, slice_, starved=False)
    (again,) = run.claim(run.open())

    assert again.attempt == 1
    assert run.counters()["request_count"] == 1


def test_one_page_linked_twice_is_one_page_at_its_first_place(run: FrontierRun) -> None:
    """The place that comes first in the document wins, whichever link was seen first."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, ok(first, details=(page("d", 1, 5, 0, 0, 1), page("e", 1, 6, 0, 0, 1))))
    (d, e) = run.claim(slice_)
    run.commit(slice_, ok(d), ok(e, details=(page("d", 1, 2, 0, 0, 1),)))

    assert run.counters()["page_count"] == 3
    assert run.sql("SELECT position FROM pages WHERE key = %s", key("d")) == [([1, 2, 0, 0, 1],)]


def test_the_next_page_is_the_first_candidate_that_is_new_to_the_chain(run: FrontierRun) -> None:
    """A loop of next links ends."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    two = page("2", 2, collection=0, page_number=2, chain=first.chain)
    run.commit(slice_, ok(first, candidates=(two,)))
    (second,) = run.claim(slice_)
    again = page("2", 3, collection=0, page_number=3, chain=first.chain)
    three = page("3", 3, collection=0, page_number=3, chain=first.chain)
    run.commit(slice_, ok(second, candidates=(again, three)))
    (third,) = run.claim(slice_)
    run.commit(slice_, ok(third, candidates=(again,)))

    assert third.url == "http://x/3"
    assert run.claim(slice_) == ()
    assert run.counters()["page_count"] == 3


def test_two_slices_never_hold_the_same_page(run: FrontierRun) -> None:
    """Each claims what the other does not."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, ok(first, details=tuple(page(f"d{i}", 1, i, 0, 0, 1) for i in range(10))))
    other = run.open()
    mine, theirs = run.claim(slice_, 4), run.claim(other, 64)

    assert len(mine) == 4
    assert len(theirs) == 6
    assert not {p.id for p in mine} & {p.id for p in theirs}


def test_a_fenced_slice_commits_nothing(run: FrontierRun) -> None:
    """Whoever lost its row, by a cancel or because it was silent, is too late."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.sql("DELETE FROM slices")

    with pytest.raises(StaleSlice):
        run.commit(slice_, ok(first))
    with pytest.raises(StaleSlice):
        frontier.beat(run.database, slice_)
    assert run.counters()["response_count"] == 0


def test_a_silent_slice_is_buried_and_its_pages_are_tried_again(run: FrontierRun) -> None:
    """By Postgres' clock; the reservation goes back, the next try is counted anew."""
    slice_ = run.open()
    run.claim(slice_)
    run.sql("UPDATE slices SET heartbeat = now() - interval '16 seconds'")

    assert sweep.release_dead(run.database, 15.0) == 1
    assert run.account_row() == (1000, 0, 0)
    (again,) = run.claim(run.open())
    assert again.attempt == 1
    assert run.counters()["request_count"] == 2


def test_a_page_that_kills_its_worker_while_alone_is_given_up_at_the_third_death(
    run: FrontierRun,
) -> None:
    """Two deaths among others only set it apart: no storm of kills costs a record."""
    deaths = []
    for _ in range(5):
        slice_ = run.open()
        (claimed,) = run.claim(slice_)
        deaths.append(claimed.alone)
        run.sql("UPDATE slices SET heartbeat = now() - interval '16 seconds'")
        sweep.release_dead(run.database, 15.0)

    assert deaths == [False, False, True, True, True]
    assert run.sql("SELECT state, verdict FROM pages") == [("done", "poisoned")]
    assert run.counters()["open_pages"] == 0


def test_an_account_that_runs_out_suspends_the_process_and_a_top_up_resumes_it(
    run: FrontierRun,
) -> None:
    """Pending with what is missing; the same process goes on, paying for no page twice."""
    run.sql("UPDATE accounts SET balance = 120")
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, ok(first, details=tuple(page(f"d{i}", 1, i, 0, 0, 1) for i in range(5))))
    (second,) = run.claim(slice_)
    run.commit(slice_, ok(second))
    claim = frontier.claim(run.database, slice_, 64, LIMITS, idle=True)
    frontier.close_slice(run.database, slice_, starved=claim.starved)
    advance(run.database, run.process, PRICES)

    assert claim.starved
    assert run.state() == "pending"
    assert run.account_row() == (20, 0, 100)
    assert run.sql("SELECT missing, publish_due FROM processes") == [(200, True)]

    run.sql("UPDATE processes SET publish_due = false")
    assert not resume_pending(run.database, run.process, PRICES)
    run.sql("UPDATE accounts SET balance = balance + 1000")
    assert resume_pending(run.database, run.process, PRICES)
    assert run.state() == "queued"
    assert len(run.claim(run.open())) == 4


def test_the_balance_never_goes_below_zero_however_many_slices_claim(run: FrontierRun) -> None:
    """Claims reserve under the account's lock."""
    run.sql("UPDATE accounts SET balance = 50 + 3 * 50 + 49")
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(slice_, ok(first, details=tuple(page(f"d{i}", 1, i, 0, 0, 1) for i in range(9))))
    claimed = [*run.claim(slice_, 2), *run.claim(run.open(), 64)]

    assert len(claimed) == 3
    assert run.account_row() == (199, 150, 50)


def test_a_process_at_its_page_limit_finishes_with_what_it_has_and_says_so(
    run: FrontierRun,
) -> None:
    """MAX_PAGES: further links are left out."""
    limits = Limits(max_pages=3, max_runtime=1000.0, price=50)
    slice_ = run.open()
    (first,) = run.claim(slice_)
    details = tuple(page(f"d{i}", 1, i, 0, 0, 1) for i in range(5))
    run.commit(slice_, ok(first, details=details), limits=limits)

    assert run.counters()["page_count"] == 3
    assert run.sql("SELECT error_code FROM processes") == [("max_pages",)]


def test_a_process_at_its_time_limit_fetches_nothing_more(run: FrontierRun) -> None:
    """MAX_RUNTIME: what is queued is truncated."""
    slice_ = run.open()
    run.sql("UPDATE processes SET running_since = now() - interval '1 hour'")

    assert run.claim(slice_) == ()
    assert run.sql("SELECT verdict FROM pages") == [("truncated",)]
    assert run.sql("SELECT error_code, open_pages FROM processes") == [("max_runtime", 0)]


def test_a_process_whose_pages_are_over_goes_on_to_its_file(run: FrontierRun) -> None:
    """With one answer it will be finished; without a start page it has failed."""
    slice_ = run.open()
    (first,) = run.claim(slice_)
    run.commit(
        slice_, Outcome(page_id=first.id, chain=first.chain, verdict="failed", error="Gone.")
    )
    frontier.close_slice(run.database, slice_, starved=False)
    hints = advance(run.database, run.process, PRICES)

    assert [hint.job for hint in hints] == ["publish"]
    assert run.state() == "publishing"
    assert run.sql("SELECT error_code, error_message FROM processes") == [
        ("start_page_failed", "The start page could not be fetched: Gone.")
    ]


def test_slots_at_a_host_are_shared_and_never_more_than_allowed(run: FrontierRun) -> None:
    """The first takes all, sinks to its share when a second comes, and keeps its flights."""
    one, two = run.open(), run.open()

    def take(slice_: OpenSlice, wanted: int, flying: int) -> int:
        with run.database.transaction("test") as tx:
            return tx.the(
                "take_slots",
                slice_id=slice_.slice_id,
                hosts=["x"],
                wanted=[wanted],
                flying=[flying],
                allowed=8,
            ).slots

    assert take(one, 20, 0) == 8
    assert take(two, 20, 0) == 0
    assert take(one, 20, 6) == 6
    assert take(two, 20, 0) == 2
    assert take(one, 20, 4) == 4
    assert take(two, 20, 2) == 4
    run.sql("DELETE FROM slices WHERE id = %s", one.slice_id)
    assert take(two, 20, 4) == 8


def test_moments_at_a_host_are_handed_out_one_delay_apart(run: FrontierRun) -> None:
    """A moment beyond the horizon is not taken."""

    def take(horizon: float) -> float | None:
        with run.database.transaction("test") as tx:
            return tx.the("take_moment", host="x", delay=10.0, horizon=horizon).wait

    assert take(2.0) == 0
    assert take(2.0) is None
    assert take(15.0) == pytest.approx(10.0, abs=0.5)
