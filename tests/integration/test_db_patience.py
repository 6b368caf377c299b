from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.storm.tcp_relay import TcpRelay
from workers.db import WORK_PATIENCE, Database, Transaction, patience, pool, within
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


def test_a_line_lost_before_it_was_made_is_given_up_soon(
    silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long its owner waits for an answer: nobody can be asked about it yet."""
    monkeypatch.setattr(pool, "CONNECT_PATIENCE", 0.3)
    database = Database(silent_url, patience=WORK_PATIENCE)
    began = time.monotonic()

    with pytest.raises(DatabaseUnavailable), database.reading():
        pytest.fail("nobody answered")
    assert time.monotonic() - began < 3.0


def test_who_comes_after_one_that_waited_in_vain_does_not_wait_as_long(
    silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a moment only; else calls would queue behind threads that all wait."""
    monkeypatch.setattr(pool, "SLOW_CONNECT", 0.2)
    database = Database(silent_url, patience=0.4)
    took = []
    for pause in (0.0, pool.AWAY, 0.0):
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable), database.transaction("test"):
            pass
        took.append(time.monotonic() - began)
        time.sleep(pause)

    assert took[0] >= 0.4
    assert took[1] < 0.2
    assert took[2] >= 0.4


def test_a_primary_that_only_reads_now_is_no_fault_of_the_caller(
    database: Database, database_url: str
) -> None:
    """As in a failover: it can't serve, and will again."""
    name = urlsplit(database_url).path.strip("/")
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("probe_database")
        cursor.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    later = Database(database_url)
    with pytest.raises(DatabaseUnavailable), later.transaction("test") as tx:
        tx.do("remove_presence", name="x")
    later.close()


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


@pytest.fixture
def relay(database_url: str) -> Iterator[TcpRelay]:
    """A line to Postgres that can be lost while what is behind it serves."""
    with TcpRelay(int(urlsplit(database_url).port or 5432)) as relay:
        yield relay


def led_through(relay: TcpRelay, url: str) -> Database:
    """Return a database that is reached through the relay, with patience for a long work."""
    led = url.replace(f":{relay.target}", f":{relay.port}")
    return Database(led, patience=WORK_PATIENCE)


def lose(relay: TcpRelay) -> None:
    """Swallow what passes for a moment, and then forget the lines that were open."""
    relay.close()
    relay.open(lose=True)


def test_a_kept_line_that_was_lost_is_replaced(
    relay: TcpRelay, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was begun on it: whoever asks next notices nothing but a short wait."""
    monkeypatch.setattr(patience, "DOUBT", 0.3)
    database = led_through(relay, database_url)
    sleep_for(database, 0)
    lose(relay)
    began = time.monotonic()
    sleep_for(database, 0)
    database.close()

    assert time.monotonic() - began < WORK_PATIENCE / 2


def test_a_line_lost_in_the_middle_is_given_up_soon(
    relay: TcpRelay, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction is not done again by itself, for what it did so far is gone."""
    monkeypatch.setattr(patience, "DOUBT", 0.3)
    database = led_through(relay, database_url)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        lose_within(database, relay)
    database.close()

    assert time.monotonic() - began < WORK_PATIENCE / 2


def test_a_server_that_works_long_is_not_taken_for_lost(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again and again, it says that it is busy with what we wait for."""
    monkeypatch.setattr(patience, "DOUBT", 0.2)
    database = Database(database_url, patience=WORK_PATIENCE)
    sleep_for(database, 1.5)
    database.close()


def test_who_freezes_in_a_transaction_locks_others_out_for_seconds(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends it; who comes back from its freeze hears that nothing was committed."""
    monkeypatch.setattr(pool, "PAUSE_TIMEOUT", 300)
    database = Database(database_url, patience=WORK_PATIENCE)
    with pytest.raises(DatabaseUnavailable), database.transaction("test") as tx:
        dawdle(tx, 1.5)
    sleep_for(database, 0)
    database.close()


def dawdle(tx: Transaction, seconds: float) -> None:
    tx.one("probe_database")
    time.sleep(seconds)
    tx.one("probe_database")


def lose_within(database: Database, relay: TcpRelay) -> None:
    with database.transaction("test") as tx:
        tx.one("probe_database")
        lose(relay)
        tx.one("probe_database")


def sleep_for(database: Database, seconds: float) -> None:
    with database.transaction("test") as tx:
        tx.one("probe_database")
        tx.connection.cursor().execute("SELECT pg_sleep(%s)", (seconds,))
