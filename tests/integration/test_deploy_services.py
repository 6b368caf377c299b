from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis
import requests

from deploy.local import proc, procfile
from deploy.local.home import Home, HomeError
from deploy.local.part import PartError
from deploy.local.running import log_file
from deploy.local.services import Embedded, embedded
from workers.db import Database


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def do(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_database_is_migrated_and_each_test_has_its_own(
    database: Database, database_url: str
) -> None:
    """Tests share a server and nothing else."""
    with database.transaction("test") as tx:
        tx.one("probe_database")

    assert rows(database_url, "SELECT count(*) FROM accounts") == [(0,)]


def test_the_database_sorts_by_code_point_everywhere(services: Embedded) -> None:
    """The order of text is the same on every machine, whatever its locales."""
    found = rows(
        services["DATABASE_URL"], "SELECT x FROM (VALUES ('b'), ('A'), ('a')) v(x) ORDER BY x"
    )

    assert found == [("A",), ("a",), ("b",)]


def test_a_killed_database_comes_back_whole(tmp_path: Path) -> None:
    """A kill -9 leaves a lock file and the data; the first is cleared, the second is kept."""
    with embedded(tmp_path) as home:
        do(home["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
        home.kill("database")
        home.start("database")

        assert rows(home["DATABASE_URL"], "SELECT answer FROM kept") == [(42,)]


def test_a_killed_broker_keeps_its_queues(services: Embedded) -> None:
    """The append-only file is on, and nothing is ever evicted."""
    with closing(redis.Redis.from_url(services["REDIS_URL"])) as client:
        policy = client.config_get("maxmemory-policy")
        client.rpush("queue", "hint")
        client.waitaof(1, 0, 2000)
    services.kill("broker")
    services.start("broker")

    with closing(redis.Redis.from_url(services["REDIS_URL"])) as client:
        assert client.lpop("queue") == b"hint"
        assert policy == {"maxmemory-policy": "noeviction"}


def test_the_database_refuses_a_wrong_password(services: Embedded) -> None:
    """Loopback is shared by all users of a machine."""
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(services["DATABASE_URL"], password="wrong", connect_timeout=3)


def test_the_broker_refuses_who_has_no_password(services: Embedded) -> None:
    """Loopback is shared by all users of a machine."""
    host = services["REDIS_URL"].rpartition("@")[2]

    with (
        closing(redis.Redis.from_url(f"redis://{host}")) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_the_storage_refuses_who_does_not_sign(services: Embedded) -> None:
    """Without a signature there is no list of buckets."""
    answer = requests.get(services["S3_ENDPOINT"], timeout=5)

    assert answer.status_code in {400, 403}


def test_a_home_serves_one_stack_at_a_time(tmp_path: Path) -> None:
    """Two servers on one data folder would ruin it; the second is told who has it."""
    with Home(tmp_path).locked(), pytest.raises(HomeError, match=f"process {os.getpid()}"):
        Home(tmp_path).locked().__enter__()


def test_a_home_that_can_not_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To root every folder is open, so that the kernel's answer is played."""
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) == (tmp_path, os.R_OK))
    with pytest.raises(HomeError, match="can't be written to"):
        Home(tmp_path).locked().__enter__()


def test_what_a_home_remembers_is_private_and_stays(tmp_path: Path) -> None:
    """Passwords are readable by their owner alone and never made twice."""
    home = Home(tmp_path)
    secret = home.secret("database")

    assert Home(tmp_path).secret("database") == secret
    assert (tmp_path / "secrets" / "database").stat().st_mode & 0o777 == 0o600
    assert 20_000 <= home.port("database") < 32_768
    assert home.port("database") == home.port("database")


def test_a_stack_leaves_no_process_behind(tmp_path: Path) -> None:
    """After the end nothing runs that the stack has started, however it was treated."""
    with embedded(tmp_path) as home:
        os.kill(home.running["storage"].pid, signal.SIGSTOP)

        assert len(proc.members(tmp_path)) >= len(home.running)
    assert proc.members(tmp_path) == set()


def test_a_release_that_failed_says_its_own_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood in the log before would send whoever reads it after a fault that is mended."""
    home = Home(tmp_path)
    with log_file(home, "release").open("w", encoding="utf-8") as log:
        log.write("an older fault\n")
    monkeypatch.setattr(
        procfile, "commands", lambda: {"release": "python -c 'exit(\"a new one\")'"}
    )
    with pytest.raises(PartError) as caught:
        procfile.release(home, os.environ)

    assert str(caught.value) == "release failed:\na new one"
