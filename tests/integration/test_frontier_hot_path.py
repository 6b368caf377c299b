from __future__ import annotations

import threading
import time

import pytest

from schemas.slice import Batch, Claim, OpenSlice, Outcome
from tests.builders.open_slices import LIMITS, done, open_process, pay_in, start
from workers import frontier
from workers.db import Database
from workers.errors import StaleSlice
from workers.frontier.claims import take


@pytest.fixture
def slice_(database: Database) -> OpenSlice:
    """Return an open slice of a process with a start page; its account pays for three pages."""
    pay_in(database, 150)
    return open_process(database)


def commit_and_claim(
    database: Database, slice_: OpenSlice, *outcomes: Outcome, limit: int
) -> Claim | None:
    return frontier.commit(database, slice_, Batch(outcomes=outcomes, limit=limit), LIMITS)


def row(database: Database, slice_: OpenSlice) -> dict[str, int]:
    with database.transaction("test") as tx:
        process = tx.the("lock_process", process_id=slice_.process_id)
        account = tx.the("account_credits", account_id="a")
    return {
        "requests": process.request_count,
        "open": process.open_pages,
        "balance": account.balance,
        "reserved": account.reserved,
    }


def test_a_commit_claims_what_it_has_just_found(database: Database, slice_: OpenSlice) -> None:
    """One transaction: what a page cost is spent, what the next ones cost is held and counted."""
    claim = commit_and_claim(database, slice_, done(start(database, slice_), links=9), limit=1)

    assert claim is not None
    assert [page.url for page in claim.pages] == ["http://x/0"]
    assert row(database, slice_) == {"requests": 2, "open": 9, "balance": 100, "reserved": 50}


def test_a_commit_claims_no_more_than_the_account_can_pay(
    database: Database, slice_: OpenSlice
) -> None:
    """The pages that it has just paid for count."""
    claim = commit_and_claim(database, slice_, done(start(database, slice_), links=9), limit=64)

    assert claim is not None
    assert len(claim.pages) == 2
    assert commit_and_claim(database, slice_, limit=64) == Claim(pages=(), starved=True)
    assert row(database, slice_)["reserved"] == 100


def test_a_commit_of_the_last_page_says_that_it_was_the_last(
    database: Database, slice_: OpenSlice
) -> None:
    """So that the slice ends at once and does not wait for others' pages."""
    claim = commit_and_claim(database, slice_, done(start(database, slice_)), limit=64)

    assert claim == Claim(pages=(), over=True)


def test_a_commit_without_appetite_claims_nothing(database: Database, slice_: OpenSlice) -> None:
    """A slice whose time is up only writes what it has."""
    assert (
        commit_and_claim(database, slice_, done(start(database, slice_), links=2), limit=0) is None
    )
    assert row(database, slice_)["requests"] == 1


def test_pages_of_a_claim_whose_answer_was_lost_go_back_uncounted(
    database: Database, slice_: OpenSlice
) -> None:
    """The commit is repeated: nothing is spent twice, and the next slice finds every page."""
    first = done(start(database, slice_), links=2)
    commit_and_claim(database, slice_, first, limit=1)
    commit_and_claim(database, slice_, first, limit=1)
    frontier.close_slice(database, slice_, starved=False)
    again = frontier.open_slice(database, slice_.process_id, queue="base", worker="h|1|2")

    assert again is not None
    assert row(database, slice_) == {"requests": 3, "open": 2, "balance": 100, "reserved": 0}
    assert len(frontier.claim(database, again, 64, LIMITS, idle=True).pages) == 2
    assert row(database, slice_)["requests"] == 3


def test_two_that_claim_at_once_never_hold_more_than_there_is(
    database: Database, slice_: OpenSlice
) -> None:
    """Two processes of one account: the second waits, and then sees what the first left."""
    second = open_process(database)
    for each in (slice_, second):
        commit_and_claim(database, each, done(start(database, each), links=2), limit=0)
    pay_in(database, 150)
    claimed: list[int] = []

    def claim() -> None:
        claimed.append(len(frontier.claim(database, second, 64, LIMITS, idle=True).pages))

    with database.transaction("test") as tx:
        taken = take(tx, slice_, frontier.guarded(tx, slice_), LIMITS, limit=64, idle=True)
        other = threading.Thread(target=claim)
        other.start()
        time.sleep(0.2)
        assert claimed == []
    other.join()

    assert (len(taken.pages), claimed) == (2, [2])
    assert row(database, slice_)["reserved"] == 200


def test_a_slice_that_waited_for_a_cancel_finds_its_fence_gone(
    database: Database, slice_: OpenSlice
) -> None:
    """The fence is looked for behind the lock: what the lock's last holder removed is not there."""
    told: list[bool] = []

    def claim() -> None:
        with pytest.raises(StaleSlice):
            frontier.claim(database, slice_, 64, LIMITS, idle=True)
        told.append(True)

    with database.transaction("test") as tx:
        tx.the("lock_process", process_id=slice_.process_id)
        other = threading.Thread(target=claim)
        other.start()
        time.sleep(0.2)
        frontier.fence_off(tx, slice_.process_id)
    other.join()

    assert told == [True]
    assert row(database, slice_)["reserved"] == 0


def test_processes_of_one_account_that_commit_at_once_are_charged_exactly(
    database: Database, slice_: OpenSlice
) -> None:
    """Each adds to what the other has just written, whoever had to wait for the account."""
    pay_in(database, 1_000_000)
    slices = [slice_, open_process(database)]

    def crawl(each: OpenSlice) -> None:
        commit_and_claim(database, each, done(start(database, each), links=80), limit=0)
        claimed = frontier.claim(database, each, 2, LIMITS, idle=True).pages
        while claimed:
            claim = commit_and_claim(database, each, *map(done, claimed), limit=2)
            assert claim is not None
            claimed = claim.pages

    threads = [threading.Thread(target=crawl, args=(each,)) for each in slices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for each in slices:
        assert row(database, each) == {
            "requests": 81,
            "open": 0,
            "balance": 1_000_150 - 2 * 81 * 50,
            "reserved": 0,
        }
