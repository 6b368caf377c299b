from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from workers.db import Database, within
from workers.errors import DatabaseUnavailable


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and never says a word, as a frozen Postgres does."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"postgresql://user@127.0.0.1:{server.getsockname()[1]}/nothing"


def test_a_frozen_server_costs_no_more_than_the_patience(silent_url: str) -> None:
    """TCP sees no fault in it, so the connection has to give up by itself."""
    database = Database(silent_url, patience=0.3)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable), database.transaction("test"):
        pass

    assert 0.3 <= time.monotonic() - began < 10


def test_a_server_that_answers_is_waited_for(database_url: str) -> None:
    """Patience is no hindrance to what takes its normal time, one exchange after another."""
    database = Database(database_url, patience=2.0)
    with database.transaction("test") as tx:
        found = [tx.one("probe_database") for _ in range(20)]
    database.close()

    assert found == [None] * 20


def test_many_slow_exchanges_cost_no_more_than_the_allowance(database_url: str) -> None:
    """Each is within the connection's patience, and all together are not within the call's."""
    database = Database(database_url, patience=5.0)
    began = time.monotonic()
    asked = [0]

    def ask_on() -> None:
        while True:
            with database.transaction("test") as tx:
                tx.connection.cursor().execute("SELECT pg_sleep(0.2)")
                asked[0] += 1

    with within(0.7), pytest.raises(DatabaseUnavailable):
        ask_on()
    took = time.monotonic() - began
    with database.transaction("test") as tx:
        tx.one("probe_database")
    database.close()

    assert asked[0] <= 3
    assert took < 5


def test_a_transaction_that_reads_much_may_take_longer(database_url: str) -> None:
    """And the next one on the same connection has the usual patience again."""
    database = Database(database_url, patience=0.5)
    with database.transaction("test") as tx:
        tx.take_long()
        tx.connection.cursor().execute("SELECT pg_sleep(1)")
    with pytest.raises(DatabaseUnavailable):
        sleep_for(database, 2)
    database.close()


def sleep_for(database: Database, seconds: float) -> None:
    with database.transaction("test") as tx:
        tx.one("probe_database")
        tx.connection.cursor().execute("SELECT pg_sleep(%s)", (seconds,))
