"""Real Postgres, Valkey and S3 for whoever asks: started once a session, clean for each test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
import redis

from deploy.local.home import HomeError
from deploy.local.part import PartError
from deploy.local.services import Embedded, embedded
from tests.missing import needed
from workers import settings as settings_module
from workers.db import Database, migrate
from workers.settings import Settings
from workers.storage.base import Storage

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The embedded services of this test session; `services.kill("broker")` and the like work.

    A test that stops one starts it again. With pytest-xdist each worker has services of its own.
    """
    with needed("the embedded services", PartError, HomeError, OSError):
        running = embedded(tmp_path_factory.mktemp("home"), durable=False)
        environment = running.__enter__()
    try:
        yield environment
    finally:
        running.__exit__(None, None, None)


def _execute(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="session")
def template_url(services: Embedded) -> str:
    """A migrated database that nobody may touch: the others are its clones."""
    url = services["DATABASE_URL"]
    _execute(url, f"CREATE DATABASE {TEMPLATE}")
    migrate(f"{url.rpartition('/')[0]}/{TEMPLATE}")
    return url


@pytest.fixture
def database_url(template_url: str) -> Iterator[str]:
    """The address of a migrated, empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    _execute(template_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield f"{template_url.rpartition('/')[0]}/{name}"
    _execute(template_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Connections to that database."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def redis_url(services: Embedded) -> str:
    """The address of an empty broker."""
    with closing(redis.Redis.from_url(services["REDIS_URL"])) as client:
        client.flushall()
    return services["REDIS_URL"]


@pytest.fixture
def s3_settings(services: Embedded) -> Settings:
    """Settings that lead to a bucket of the test's own, which `storage.ensure()` creates."""
    return Settings(
        s3_endpoint=services["S3_ENDPOINT"],
        s3_public_endpoint=services["S3_PUBLIC_ENDPOINT"],
        s3_access_key=services["S3_ACCESS_KEY"],
        s3_secret_key=services["S3_SECRET_KEY"],
        s3_region=services["S3_REGION"],
        s3_bucket=f"test-{uuid.uuid4().hex}",
    )


@pytest.fixture
def storage(s3_settings: Settings) -> Storage:
    """The real object storage with an empty bucket."""
    from workers.storage.s3 import S3Storage  # noqa: PLC0415 - most tests need no S3 client

    storage = S3Storage(s3_settings)
    storage.ensure()
    return storage


@pytest.fixture
def settings(database_url: str, redis_url: str, s3_settings: Settings) -> Settings:
    """Settings that lead to all three; change some with `dataclasses.replace`."""
    return replace(
        s3_settings,
        database_url=database_url,
        redis_url=redis_url,
        secret_key="a-secret-of-the-tests-of-32-chars",
    )


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """The same settings in the environment, for code that reads it itself; yields what was set."""
    names = [name for name in Settings.__dataclass_fields__ if name.startswith("s3_")]
    values = {
        name.upper(): str(getattr(settings, name))
        for name in ("database_url", "redis_url", "secret_key", *names)
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings_module.settings.cache_clear()
    yield values
    settings_module.settings.cache_clear()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout."""
    return Path(__file__).parents[1]
