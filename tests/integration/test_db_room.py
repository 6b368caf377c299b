"""A real Postgres with few connections, and one that refuses: who gets in, and what is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from deploy.local.home import Home
from deploy.local.ports import free_port
from tests.builders.services import running
from workers.db import ROOM, Database, migrate
from workers.db import pool as pool_module
from workers.db import room as room_module
from workers.errors import DatabaseUnavailable

CONNECTIONS = 5


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Postgres with five connections."""
    home = Home(tmp_path_factory.mktemp("database"))
    home.open()
    limits = {"max_connections": str(CONNECTIONS), "superuser_reserved_connections": "0"}
    with running(home, "database", **limits, reserved_connections="0") as services:
        yield services["DATABASE_URL"]


def changed(url: str, **parts: object) -> str:
    """Return a URL with another user, password, port or database."""
    old = urlsplit(url)
    user, word = parts.get("user", old.username), parts.get("password", old.password)
    host, port = parts.get("host", old.hostname), parts.get("port", old.port)
    path = f"/{parts.get('database', old.path[1:])}"
    return urlunsplit(
        (old.scheme, f"{user}:{word}@{host}:{port}", path, parts.get("query", ""), "")
    )


def reason(url: str) -> str:
    with pytest.raises(DatabaseUnavailable) as caught, Database(url, patience=3).reading():
        pass
    return caught.value.reason


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"password": "hush"}, "password in DATABASE_URL is wrong"),
        ({"user": "stranger"}, "password in DATABASE_URL is wrong"),
        ({"database": "elsewhere"}, "the database elsewhere is not there"),
        ({"query": "sslmode=require"}, "it has no TLS"),
        ({"host": "no-such-host.invalid"}, "its host"),
        ({"port": free_port()}, "nothing listens there"),
    ],
)
def test_why_a_database_can_not_be_used_is_told(
    small: str, parts: dict[str, object], words: str
) -> None:
    """To the log, the doctor and the command line, without the password."""
    told = reason(changed(small, **parts))

    assert words in told
    assert "hush" not in told


def test_a_full_server_is_told_as_such(small: str) -> None:
    """Its cure is another than that of one that is down."""
    with ExitStack() as taken:
        for _ in range(CONNECTIONS):
            taken.enter_context(closing(psycopg2.connect(small)))
        told = reason(small)

    assert "no connection left" in told


def test_connections_that_nobody_uses_are_given_back(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle program leaves its place to those that come for a moment."""
    monkeypatch.setattr(pool_module, "UNUSED", 0.4)
    database = Database(small, patience=3)
    with database.reading(), database.reading(), database.reading():
        pass
    end_by = time.monotonic() + 10
    while _others(small):
        assert time.monotonic() < end_by, "connections are kept"
        time.sleep(0.1)
    with database.reading() as tx:
        tx.connection.cursor().execute("SELECT 1")
    database.close()


def _others(url: str) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def test_who_needs_a_moment_is_let_in_when_an_idle_connection_goes(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release, the doctor and the command line ask again while the server is full."""
    monkeypatch.setattr(pool_module, "UNUSED", 1.0)
    busy = Database(small, patience=3)
    with ExitStack() as taken:
        for _ in range(CONNECTIONS):
            taken.enter_context(busy.reading())
    applied = migrate(small)
    asking = Database(small, room=ROOM)
    with asking.reading() as tx:
        tx.one("probe_database")
    asking.close()

    assert applied
    assert room_module.UNUSED < ROOM


def test_threads_of_a_program_share_the_connections_that_it_may_have(small: str) -> None:
    """More threads than connections wait for each other; past their patience they are told so."""
    database = Database(small, patience=5, most=2)
    seen: set[int] = set()

    def ask() -> None:
        with database.reading() as tx, tx.connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.1)")
            seen.add(cursor.fetchone()[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    impatient = Database(small, patience=0.5, most=1)
    with (
        impatient.reading(),
        pytest.raises(DatabaseUnavailable) as caught,
        impatient.reading(),
    ):
        pass

    assert len(seen) <= 2
    assert "in use" in caught.value.reason
