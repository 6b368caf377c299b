"""A home whose files were damaged starts again: what can be made anew is, and data never go."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from deploy.local import postgres
from deploy.local.home import Home
from deploy.local.part import PartError
from deploy.local.services import Embedded, Services
from deploy.local.supervisor import Supervisor
from tests.builders.services import running
from tests.missing import needed


def one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def overwrite(pattern: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        file = one(folder, pattern)
        file.write_bytes(change(file.read_bytes()))

    return damage


def _becomes_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty manifest": overwrite("*.manifest", lambda _: b""),
    "binary manifest": overwrite("*.manifest", lambda _: bytes(range(256)) * 20),
    "half a manifest": overwrite("*.manifest", lambda old: old[: len(old) // 3]),
    "commands that are none": overwrite("*.incr.aof", lambda _: b"no command\n" * 50),
    "zeros at the end": overwrite("*.incr.aof", lambda old: old + bytes(4096)),
    "half of the last command": overwrite("*.incr.aof", lambda old: old[:-9]),
    "half a snapshot": overwrite("*.base.rdb", lambda old: old[:-30]),
    "another snapshot's bytes": overwrite("*.base.rdb", lambda old: old[:40] + old[40:][::-1]),
    "no snapshot": lambda folder: one(folder, "*.base.rdb").unlink(),
    "no folder": _becomes_a_file,
}


@pytest.fixture(scope="module")
def queues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a broker that held messages, in its snapshot and after it."""
    home = Home(tmp_path_factory.mktemp("broker"))
    home.open()
    with running(home, "broker") as services:
        client = redis.Redis.from_url(services["REDIS_URL"])
        with closing(client):
            client.rpush("crawl", *("before" * 20 for _ in range(50)))
            client.bgrewriteaof()
            while client.info("persistence")["aof_rewrite_in_progress"]:
                pass
            client.rpush("crawl", *("after" * 20 for _ in range(50)))
    return home.path / "valkey"


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_broker_whose_data_are_damaged_starts_without_them(
    tmp_path: Path, queues: Path, kind: str
) -> None:
    """Messages are hints, which the sweep sends again; what was there is set aside, not deleted."""
    home = Home(tmp_path)
    home.open()
    shutil.copytree(queues, tmp_path / "valkey")
    DAMAGE[kind](tmp_path / "valkey" / "appendonlydir")
    with running(home, "broker") as services, closing(_client(services)) as client:
        client.rpush("crawl", "new")
        left = client.llen("crawl")
    set_aside = (tmp_path / "valkey.damaged").exists()

    assert left == 1 or not set_aside


def _client(services: Embedded) -> redis.Redis:
    return redis.Redis.from_url(services["REDIS_URL"])


def test_the_supervisor_says_what_it_set_aside(tmp_path: Path, queues: Path) -> None:
    """Whoever started the stack reads which data and where they are now."""
    lines: list[str] = []
    home = Home(tmp_path)
    home.open()
    shutil.copytree(queues, tmp_path / "valkey")
    DAMAGE["empty manifest"](tmp_path / "valkey" / "appendonlydir")
    with needed("the embedded services", PartError, OSError):
        part = Services(home, durable=False).parts["broker"]
    supervisor = Supervisor(home, part, lines.append)
    supervisor.start()
    served = supervisor.ready.wait(20)
    supervisor.ask_to_stop()
    supervisor.wait_stopped(5)

    assert served
    assert any(str(tmp_path / "valkey.damaged") in line for line in lines)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe\x00", b"short"], ids=["empty", "bytes", "half"])
def test_small_files_that_are_damaged_are_made_anew_and_the_data_stay(
    tmp_path: Path, damage: bytes
) -> None:
    """Secrets and ports; the database takes its new password and keeps every row."""
    lines: list[str] = []
    home = Home(tmp_path, say=lines.append)
    home.open()
    with running(home, "database", "broker", "storage") as services:
        _do(services["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
    small = [*(tmp_path / "secrets").iterdir(), *(tmp_path / "ports").iterdir()]
    for file in small:
        file.write_bytes(damage)
    (tmp_path / "environment.json").write_bytes(damage)
    with running(home, "database", "broker", "storage") as services:
        answer = _ask(services["DATABASE_URL"], "SELECT answer FROM kept")

    assert answer == [(42,)]
    assert {file.name for file in small} == {"database", "broker", "storage"}
    assert all(any(str(file) in line for line in lines) for file in small)


def test_a_password_that_its_file_lost_is_the_one_that_programs_were_given(tmp_path: Path) -> None:
    """What the last start passed on is kept in the home, so that nothing has to change."""
    home = Home(tmp_path)
    home.open()
    secrets = {name: home.secret(name) for name in ("database", "storage", "secret_key")}
    home.save_environment(
        {
            "DATABASE_URL": f"postgresql://gristmill:{secrets['database']}@127.0.0.1:5/gristmill",
            "S3_SECRET_KEY": secrets["storage"],
            "SECRET_KEY": secrets["secret_key"],
        }
    )
    for file in (tmp_path / "secrets").iterdir():
        file.write_text("")

    assert {name: Home(tmp_path).secret(name) for name in secrets} == secrets


def test_an_interrupted_change_of_the_password_is_made_at_the_next_start(tmp_path: Path) -> None:
    """The home says that the password is lost before it makes a new one."""
    home = Home(tmp_path)
    home.open()
    with running(home, "database") as services:
        port = services["DATABASE_URL"].rpartition(":")[2]
    (tmp_path / "secrets" / "database").write_text("")
    Services(home, durable=False)  # and dies before the server is prepared
    with running(home, "database") as services:
        _ask(services["DATABASE_URL"], "SELECT 1")

    assert services["DATABASE_URL"].rpartition(":")[2] == port
    assert not (tmp_path / "secrets" / postgres.FORGOTTEN).exists()


@pytest.mark.parametrize("name", ["PG_VERSION", "postgresql.conf", "global/pg_control"])
def test_a_database_that_is_damaged_is_never_set_aside(tmp_path: Path, name: str) -> None:
    """It holds everything: its start fails with Postgres' own words, and all stays where it is."""
    home = Home(tmp_path)
    home.open()
    with running(home, "database"):
        pass
    (tmp_path / "postgres" / name).write_bytes(b"\x00damaged")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(PartError, match=r"(?s)database.*FATAL|PANIC"), running(home, "database"):
        pass

    assert sorted(path.name for path in tmp_path.iterdir()) == before


def _do(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)


def _ask(url: str, query: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
