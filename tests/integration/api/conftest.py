"""The API over real Postgres, Valkey and S3, with two accounts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from tests.site.server import SiteServer
from workers import accounts, jobs
from workers import settings as settings_module
from workers.db import Database
from workers.runtime import wiring
from workers.settings import Settings
from workers.storage.base import Storage

PAYLOAD: dict[str, Any] = {
    "name": "books",
    "request": {"url": "https://example.test/list"},
    "fields": [{"name": "Title", "selector": "h3 a", "type": 2, "attrs": ["href", "text"]}],
    "format": "json",
}


@dataclass
class ApiCaller:
    """One account's calls."""

    client: FlaskClient
    key: str
    account: str
    secret: str

    def call(self, method: str, url: str, **more: Any) -> TestResponse:
        headers = {"X-Api-Key": self.key} | more.pop("headers", {})
        return self.client.open(url, method=method, headers=headers, **more)

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.call("GET", url, **more)

    def post(self, url: str, **more: Any) -> TestResponse:
        return self.call("POST", url, **more)

    def create(self, **changes: object) -> dict[str, Any]:
        made: dict[str, Any] = self.post(
            "/v1/task/create", json={"payload": PAYLOAD, **changes}
        ).json  # type: ignore[assignment]
        return made


@pytest.fixture
def make_caller(
    settings: Settings, environment: Mapping[str, str], database: Database, storage: Storage
) -> Callable[..., ApiCaller]:
    assert environment
    assert storage
    app = create_app(replace(settings, rate_limit="10000/second"))

    def make(name: str, **more: Any) -> ApiCaller:
        made = accounts.create(database, name, **more)
        return ApiCaller(app.test_client(), made.api_key, made.account_id, made.webhook_secret)

    return make


@pytest.fixture
def ann(make_caller: Callable[..., ApiCaller]) -> ApiCaller:
    return make_caller("ann", unlimited=True)


@pytest.fixture
def bob(make_caller: Callable[..., ApiCaller]) -> ApiCaller:
    return make_caller("bob", credits=12_345)


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as running:
        yield running


@pytest.fixture
def jobs_done_at_once(
    environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Do each job that is sent, in a thread of this process."""
    assert environment
    monkeypatch.setenv("ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("FETCH_RETRIES", "0")
    settings_module.settings.cache_clear()
    parts = (wiring.database, wiring.storage, wiring.proxy_pool, wiring.prices)
    for part in parts:
        part.cache_clear()
    threads: list[threading.Thread] = []
    work: dict[str, Callable[[str], None]] = {
        "first": lambda process: jobs._slice(process, "base"),  # noqa: SLF001 - without the cage of a child
        "crawl": lambda process: jobs._slice(process, "base"),  # noqa: SLF001 - as above
        "publish": jobs.publish,
    }

    def send(job: str, subject: str, _generation: int = 0) -> bool:
        if job in work:
            threads.append(threading.Thread(target=work[job], args=(subject,)))
            threads[-1].start()
        return True

    monkeypatch.setattr("workers.celery.send", send)
    yield
    for thread in threads:
        thread.join()
    wiring.database().close()
    for part in parts:
        part.cache_clear()
