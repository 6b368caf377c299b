from __future__ import annotations

from contextlib import suppress

import psycopg2
import pytest
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS

from workers.db import Database, Transaction
from workers.errors import DatabaseUnavailable


def _pid(tx: Transaction) -> int:
    return int(tx.connection.info.backend_pid)


def _end_backend(url: str, pid: int) -> None:
    """End a server process and wait until it is gone."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
    finally:
        connection.close()


def _gone_stale(database: Database, url: str) -> int:
    """Let the connection that ``database`` keeps go stale; returns its backend's number."""
    with database.transaction("test") as tx:
        tx.one("probe_database")
        old = _pid(tx)
    _end_backend(url, old)
    return old


def test_a_connection_that_went_stale_while_idle_is_replaced(
    database: Database, database_url: str
) -> None:
    """Nothing was done on it yet, so the first query is asked again on a new one."""
    old = _gone_stale(database, database_url)
    with database.transaction("test") as tx:
        tx.do("record_presence", name="one", kind="clock", browser=False)
        new = _pid(tx)

    with database.reading() as tx:
        assert [row.name for row in tx.all("present")] == ["one"]
    assert new != old


def test_a_connection_that_breaks_in_the_middle_loses_the_whole_transaction(
    database: Database, database_url: str
) -> None:
    """Only the first query is asked again: what came before it would be missing."""

    def broken() -> None:
        with database.transaction("test") as tx:
            tx.do("record_presence", name="one", kind="clock", browser=False)
            _end_backend(database_url, _pid(tx))
            tx.do("record_presence", name="two", kind="clock", browser=False)

    with pytest.raises(DatabaseUnavailable):
        broken()

    with database.reading() as tx:
        assert tx.all("present") == []


def test_an_exception_takes_back_what_was_written(database: Database) -> None:
    """Also one that has nothing to do with Postgres; and the connection serves the next."""
    with suppress(KeyError), database.transaction("test") as tx:
        tx.do("record_presence", name="one", kind="clock", browser=False)
        old = _pid(tx)
        raise KeyError

    with database.transaction("test") as tx:
        assert tx.all("present") == []
        assert _pid(tx) == old


def test_a_query_that_was_refused_leaves_a_connection_that_works(database: Database) -> None:
    """The refusal of the first query comes after BEGIN, which must not stay open."""
    with pytest.raises(psycopg2.errors.NotNullViolation), database.transaction("test") as tx:
        tx.do("record_presence", name=None, kind="clock", browser=False)

    with database.transaction("test") as tx:
        assert tx.all("present") == []


def test_rows_written_many_at_once_are_one_transaction(database: Database) -> None:
    """However many pieces they are sent in."""
    rows = [(f"gristmill_{number}", "", 1.0) for number in range(1500)]
    with suppress(KeyError), database.transaction("test") as tx:
        tx.many("add_metrics", rows)
        raise KeyError

    with database.reading() as tx:
        assert tx.all("all_metrics") == []


def test_reading_leaves_no_transaction_open(database: Database) -> None:
    """A snapshot that nobody needs would keep dead rows, and cost exchanges of its own."""
    with database.reading() as tx:
        tx.one("probe_database")

        assert tx.connection.info.transaction_status == TRANSACTION_STATUS_IDLE

    with database.transaction("test") as tx:
        tx.one("probe_database")

        assert tx.connection.info.transaction_status == TRANSACTION_STATUS_INTRANS


def test_what_is_left_for_later_goes_with_the_next_query(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its order, in one exchange, also where the next is the commit itself."""
    asked = []
    exchange = Transaction._exchange  # noqa: SLF001 - where every exchange passes
    monkeypatch.setattr(
        Transaction, "_exchange", lambda self, *more: asked.append(more) or exchange(self, *more)
    )
    with database.transaction("test") as tx:
        tx.later("record_presence", name="one", kind="clock", browser=False)
        tx.later("remove_presence", name="one")
        tx.later("record_presence", name="two", kind="100%s", browser=False)
        seen = [row.name for row in tx.all("present")]
        tx.later("remove_presence", name="two")

    assert (seen, len(asked)) == (["two"], 2)
    with database.reading() as tx:
        assert tx.all("present") == []


def test_what_is_left_for_later_is_not_lost_with_a_connection_that_went_stale(
    database: Database, database_url: str
) -> None:
    """It belongs to the first exchange, which is asked again on a new connection."""
    _gone_stale(database, database_url)
    with database.transaction("test") as tx:
        tx.later("record_presence", name="one", kind="clock", browser=False)
        tx.later("record_presence", name="two", kind="clock", browser=False)
        seen = [row.name for row in tx.all("present")]

    assert seen == ["one", "two"]


def test_nothing_of_a_transaction_stays_when_what_was_left_for_later_fails(
    database: Database,
) -> None:
    """The commit that it was sent with is not reached."""

    def failing() -> None:
        with database.transaction("test") as tx:
            tx.do("record_presence", name="one", kind="clock", browser=False)
            tx.later("record_presence", name=None, kind="clock", browser=False)

    with pytest.raises(psycopg2.IntegrityError):
        failing()

    with database.reading() as tx:
        assert tx.all("present") == []
