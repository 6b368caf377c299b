from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.builders.recoveries import PRICE, PRICES, Stopped, given_up, hop, ok
from workers import frontier, processes
from workers.db import Database
from workers.errors import Conflict, NotFound, OutOfCredits, StaleSlice
from workers.processes import advance
from workers.publish import slice_files

SECOND, THIRD = "http://site.test/2", "http://site.test/3"
Sent = list[tuple[str, str, int]]


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Return the hints that would have left: job, subject, generation."""
    hints: Sent = []
    monkeypatch.setattr(
        "workers.celery.send",
        lambda job, subject, generation=0: hints.append((job, subject, generation)) or True,
    )
    monkeypatch.setattr(
        "workers.celery.revoke",
        lambda subject, generation: hints.append(("revoke", subject, generation)) or True,
    )
    return hints


@pytest.fixture
def process(database: Database) -> Stopped:
    """A process that waits for its first slice; its account pays for twenty pages."""
    return Stopped(database, 20 * PRICE)


def lines(*urls: str) -> bytes:
    return b"".join(b'{"T_text":"%s"}\n' % url.encode() for url in urls)


def test_a_canceled_process_goes_on_where_it_was_stopped(process: Stopped, sent: Sent) -> None:
    """Same process, same counters, one file; its new hints are not those that were revoked."""
    process.fetch(partial(ok, following=SECOND))
    canceled = processes.cancel(process.database, account_id=process.account, process_id=process.id)
    process.publish()
    first = process.row()
    sent.clear()
    again = process.resume()
    process.fetch(ok)
    results = process.publish()
    ended = process.row()

    assert sent[0] == ("first", process.id, canceled.generation + 1)
    assert (again.state, again.finished_at, again.request_count) == ("queued", None, 1)
    assert results == lines("http://site.test/1", SECOND)
    assert (ended.state, ended.response_count, ended.record_count) == ("finished", 2, 2)
    assert (ended.results_name, ended.started_at) == (first.results_name, first.started_at)
    assert set(process.storage.keys()) >= {ended.results_key, ended.log_key}
    assert ended.results_key != first.results_key
    assert process.events == ["process.canceled", "process.finished"]
    assert process.spent() == 2 * PRICE


def test_a_process_resumed_before_its_partial_file_is_made_still_tells_of_its_end(
    process: Stopped,
) -> None:
    """Whoever was making the file is fenced off; the end is told without it."""
    process.fetch(partial(ok, following=SECOND))
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    opened = slice_files.open_publish(process.database, process.id, "h|1|2")
    assert opened is not None
    process.resume()

    assert process.events == ["process.canceled"]
    assert process.row().publish_due is False
    with pytest.raises(StaleSlice):
        frontier.beat(process.database, opened.slice_)


def test_a_process_canceled_with_nothing_left_to_fetch_ends_when_it_goes_on(
    process: Stopped,
) -> None:
    """Only its file is still to be made."""
    process.fetch(ok)
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    process.publish()

    assert process.resume().state == "publishing"
    assert process.publish() == lines("http://site.test/1")
    assert process.row().state == "finished"


def test_a_failed_process_tries_again_what_gave_no_answer(process: Stopped) -> None:
    """Without its start page it has failed; with it the whole chain follows."""
    process.fetch(given_up)
    assert process.publish() == b""
    failed = process.row()
    again = process.resume()
    (page,) = process.fetch(partial(ok, following=SECOND))
    process.fetch(ok)
    results = process.publish()
    ended = process.row()

    assert (failed.state, failed.error_code, failed.failed_count) == (
        "failed",
        "start_page_failed",
        1,
    )
    assert (again.failed_count, again.error_code, page.attempt) == (0, None, 1)
    assert results == lines("http://site.test/1", SECOND)
    assert (ended.state, ended.request_count, ended.response_count) == ("finished", 3, 2)
    assert process.events == ["process.failed", "process.finished"]


def test_a_failed_listing_page_brings_what_follows_it_when_it_is_retried(process: Stopped) -> None:
    """Its next pages come to their places in the same file; the rest is not asked for again."""
    process.fetch(partial(ok, following=SECOND))
    process.fetch(given_up)
    process.publish()
    before = process.row()
    process.retry()
    process.fetch(partial(ok, following=THIRD))
    process.fetch(ok)
    results = process.publish()
    ended = process.row()

    assert (before.state, before.failed_count, before.record_count) == ("finished", 1, 1)
    assert results == lines("http://site.test/1", SECOND, THIRD)
    assert (ended.failed_count, ended.request_count, ended.page_count) == (0, 4, 3)
    assert process.spent() == 3 * PRICE


@pytest.mark.parametrize("records", [2, 0])
def test_an_empty_page_is_charged_once_however_often_it_is_tried(
    process: Stopped, records: int
) -> None:
    """It counts as one response, keeps its next page, and needs no credit."""
    process.fetch(partial(ok, count=0, following=SECOND))
    process.fetch(ok)
    process.publish()
    process.sql("UPDATE accounts SET balance = 0 RETURNING 1")
    empty = process.retry("empty").empty_count
    (page,) = process.fetch(partial(ok, count=records, following=THIRD))
    results = process.publish()
    ended = process.row()

    assert (empty, page.followed) == (0, True)
    assert results == lines(*["http://site.test/1"] * records, SECOND)
    assert (ended.request_count, ended.response_count, ended.page_count) == (3, 2, 2)
    assert (ended.record_count, ended.empty_count) == (records + 1, int(not records))
    assert process.spent() == 2 * PRICE


def test_a_pending_process_needs_credits_to_go_on(database: Database) -> None:
    """Without them the answer says how many are missing."""
    poor = Stopped(database, PRICE + 10)
    poor.fetch(partial(ok, following=SECOND))
    poor_claim = poor.fetch(ok)

    assert poor_claim == []
    assert poor.row().state == "pending"
    with pytest.raises(OutOfCredits, match=r"has 0\.01 credits .* next page costs 0\.05"):
        poor.resume()
    with pytest.raises(Conflict, match="waits for credits"):
        poor.retry()
    with database.transaction("test") as tx:
        tx.the("pay_in", account_id=poor.account, amount=PRICE)
    assert (poor.resume().state, poor.events) == ("queued", ["process.pending"])
    poor.fetch(ok)
    assert poor.publish() == lines("http://site.test/1", SECOND)
    assert poor.row().state == "finished"


def test_a_second_call_finds_the_process_running(process: Stopped) -> None:
    """Eight at once: one lets it go on, and it goes on once."""
    process.fetch(given_up)
    process.publish()

    def call(_: int) -> str:
        try:
            return str(process.retry().state)
        except Conflict as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(call, range(8)))

    assert said.count("queued") == 1
    assert sum("is running" in one for one in said) == 7
    assert (process.row().open_pages, process.row().failed_count) == (1, 0)


def test_what_can_not_go_on_says_what_to_do(process: Stopped) -> None:
    """A running, a canceled and a finished process, and one without such pages."""
    with pytest.raises(Conflict, match="is running"):
        process.resume()
    with pytest.raises(Conflict, match="wait until it has ended"):
        process.retry()
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    with pytest.raises(Conflict, match=f"{process.id}/resume lets it go on"):
        process.retry()
    process.resume()
    process.fetch(partial(given_up, verdict="robots"))
    process.publish()
    with pytest.raises(Conflict, match=r"There are: 1 robots \(\?verdict=robots\)"):
        process.retry("failed", "blocked")
    process.retry("robots")
    process.fetch(ok)
    process.publish()
    with pytest.raises(Conflict, match="retry-failed"):
        process.resume()
    with pytest.raises(Conflict, match=r"nothing to retry\.$"):
        process.retry()


def test_what_retention_has_removed_does_not_come_back(process: Stopped) -> None:
    """A file made of the rest would hold less than the one that is there."""
    process.fetch(given_up)
    process.publish()
    with process.database.transaction("test") as tx:
        tx.do("expire_pages", seconds=-1)

    with pytest.raises(Conflict, match="KEEP_PAGES_DAYS"):
        process.resume()
    with pytest.raises(Conflict, match="KEEP_PAGES_DAYS"):
        process.retry()


def test_another_accounts_process_is_not_there(process: Stopped) -> None:
    """Not found, as if it did not exist."""
    process.fetch(given_up)
    process.publish()
    process.account = Stopped(process.database, 7).account
    with pytest.raises(NotFound):
        process.resume()
    with pytest.raises(NotFound):
        process.retry()


def test_a_process_that_goes_on_has_all_its_time_again(process: Stopped) -> None:
    """MAX_RUNTIME counts from there, not from a start that is long ago."""
    process.fetch(partial(ok, following=SECOND))
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    process.publish()
    old = process.sql("UPDATE processes SET running_since = now() - interval '2 days' RETURNING 1")
    process.resume()

    assert old == [(1,)]
    assert [page.url for page in process.fetch(ok)] == [SECOND]


def test_a_page_is_retried_from_its_own_url_with_nothing_of_its_last_try(process: Stopped) -> None:
    """Where redirects led, its attempts, and what robots.txt said are forgotten."""
    process.fetch(partial(hop, to="http://elsewhere.test/x"))
    process.fetch(partial(given_up, verdict="robots"))
    process.publish()
    for origin in ("http://site.test", "http://other.test"):
        process.sql(
            "INSERT INTO robots VALUES (%s, 200, '', now() + interval '1 hour') RETURNING 1", origin
        )
    process.retry("robots")
    (page,) = process.fetch(ok)
    known = process.sql("SELECT origin FROM robots")

    assert (page.url, page.host, page.hops) == ("http://site.test/1", "site.test", 0)
    assert (page.attempt, page.admitted) == (1, False)
    assert known == [("http://other.test",)]


def test_a_poisoned_page_that_comes_back_is_alone_from_the_beginning(process: Stopped) -> None:
    """It may end its worker three times again, and takes no other page with it."""
    process.fetch(partial(ok, following=SECOND))
    process.sql(
        "UPDATE pages SET state = 'done', verdict = 'poisoned', done_at = now(),"
        " deaths = 5, lone_deaths = 3 WHERE page_number = 2 RETURNING 1"
    )
    process.sql("UPDATE processes SET open_pages = 0, failed_count = 1 RETURNING 1")
    advance.advance(process.database, process.id, PRICES)
    process.publish()
    process.retry("poisoned")
    left = process.sql("SELECT deaths, lone_deaths FROM pages WHERE page_number = 2")
    (page,) = process.fetch(ok)

    assert left == [(5, 0)]
    assert page.alone
    assert process.publish() == lines("http://site.test/1", SECOND)
