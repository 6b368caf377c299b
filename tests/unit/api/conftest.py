"""An application over stand-ins: no database, storage in memory, calls counted in memory."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.ports import WebPorts
from workers import accounts
from workers.errors import DatabaseUnavailable, Unauthorized
from workers.probes import Probes
from workers.settings import Settings
from workers.storage.memory import MemoryStorage

KEYS = {
    "good": {"read", "run", "admin"},
    "reader": {"read"},
    "runner": {"run"},
}


class NoDatabase:
    """A database that is down."""

    def transaction(self, _: str = "") -> AbstractContextManager[Any]:
        """Fail as a database that can't be reached does."""
        raise DatabaseUnavailable

    reading = transaction


def _authenticate(_: object, key: str) -> SimpleNamespace:
    if key not in KEYS:
        raise Unauthorized
    return SimpleNamespace(account_id="A" * 27, scopes=sorted(KEYS[key]), prefix=key)


@pytest.fixture
def settings() -> Settings:
    return Settings(redis_url="memory://", max_body_bytes=1000, secret_key="key", s3_bucket="box")


@pytest.fixture
def make_app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(accounts, "authenticate", _authenticate)

    def make(**changes: object) -> Flask:
        chosen = replace(settings, **changes)  # type: ignore[arg-type]
        ports = WebPorts(
            settings=chosen,
            database=NoDatabase(),  # type: ignore[arg-type]
            storage=MemoryStorage(chosen),
            probes=Probes({"database": lambda: None}),
        )
        return create_app(chosen, ports=ports)

    return make


@pytest.fixture
def app(make_app: Any) -> Flask:
    made: Flask = make_app()
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
