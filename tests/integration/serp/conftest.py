"""The API and the jobs of a identity, on real Postgres, Valkey and S3, against stand-in engines."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from app import create_app
from tests.site.engines import EngineServer
from workers import accounts, jobs
from workers import settings as settings_module
from workers.db import Database
from workers.runtime import identity, wiring
from workers.storage.base import Storage

ENDED = {"finished", "failed", "canceled"}
PATIENCE = 60  # seconds


class SerpProduct:
    """What a client sees of the product; ``work`` does as workers do until a process has ended."""

    def __init__(self, client: FlaskClient, key: str, database: Database) -> None:
        self.client, self.key, self.database = client, key, database

    def call(self, method: str, path: str, **more: Any) -> Any:
        return self.client.open(
            f"/v1{path}", method=method, headers={"X-Api-Key": self.key}, **more
        )

    def run(self, **payload: Any) -> dict[str, Any]:
        """Create a task of form 2, run it to its end, and return the process."""
        return self.start({"name": "s", "q": "moss", "format": "json", **payload})

    def start(self, whole: dict[str, Any]) -> dict[str, Any]:
        """Create a task of this payload, run it to its end, and return the process."""
        task = self.call("POST", "/task/create", json=whole).json
        return self.work(self.call("POST", f"/task/{task['id']}/run").json["id"])

    def work(self, process: str) -> dict[str, Any]:
        end_by = time.monotonic() + PATIENCE
        while time.monotonic() < end_by:
            for job in (jobs.crawl, jobs.chrome, jobs.publish):
                job(process)
            info: dict[str, Any] = self.call("GET", f"/process/{process}/info").json
            if info["status"] in ENDED and info["logFile"]:
                return info
            time.sleep(0.05)
        raise AssertionError(f"not ended within {PATIENCE} s: {info}")

    def pages(self, process: str) -> list[dict[str, Any]]:
        pages: list[dict[str, Any]] = self.call("GET", f"/process/{process}/pages").json
        return pages

    def records(self, process: Mapping[str, Any]) -> list[dict[str, Any]]:
        link = self.call("POST", "/getlink", data=process["results"]).text
        records: list[dict[str, Any]] = json.loads(requests.get(link, timeout=30).content)
        return records

    def rows(self, query: str) -> list[Any]:
        with self.database.transaction("test") as tx:
            cursor = tx.connection.cursor()
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def make_product(
    environment: Mapping[str, str],
    database: Database,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., SerpProduct]]:
    """Make the product with further settings: ``make_product(engine_server, proxies={...})``."""
    assert environment
    assert storage
    caches = (wiring.database, wiring.storage, wiring.prices, wiring.proxy_pool)

    def make(engine: EngineServer, *, proxies: dict[str, list[str]] | None = None) -> SerpProduct:
        chosen = {
            "SERP_BASE_URLS": f"{engine.engine}={engine.url}",
            "ALLOWED_NETWORKS": "127.0.0.0/8",
            "FETCH_BACKOFF": "0.05",
            "PROXIES": json.dumps(proxies or {}),
        }
        for name, value in chosen.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(identity, "cage", lambda: None)
        for cache in (settings_module.settings, *caches):
            cache.cache_clear()
        given = settings_module.settings()
        app = create_app(replace(given, rate_limit="10000/second"))
        made = accounts.create(database, "ann", unlimited=True)
        return SerpProduct(app.test_client(), made.api_key, database)

    yield make
    if wiring.database.cache_info().currsize:
        wiring.database().close()
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def in_background() -> Iterator[Callable[[SerpProduct], None]]:
    """Work on whatever process is open, while a call waits for it."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def loop(product: SerpProduct) -> None:
        while not stop.wait(0.05):
            for (process,) in product.rows("SELECT id FROM processes"):
                jobs.crawl(process)
                jobs.publish(process)

    def begin(product: SerpProduct) -> None:
        threads.append(threading.Thread(target=loop, args=(product,)))
        threads[-1].start()

    yield begin
    stop.set()
    for thread in threads:
        thread.join()
