"""Previews over the real API and real jobs, which a thread does as soon as they are sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg2
import pytest

from tests.site.server import SiteServer
from workers import jobs
from workers import settings as settings_module
from workers.runtime import wiring

CARD = ".card"
TITLE = {"name": "Title", "selector": "h3 a", "type": 2}
PRICE = {"name": "Price", "selector": ".price"}
SKU = {"name": "Sku", "selector": ".sku"}


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _workers(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
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


def shop(site: SiteServer, pages: int = 3, items: int = 4, **members: Any) -> dict[str, Any]:
    """Return a payload for the shop of the site."""
    return {
        "name": "shop",
        "request": {"url": f"{site.url}/shop/{pages}x{items}/page/1"},
        "commonParent": CARD,
        "fields": [{**TITLE, "details": {"fields": [SKU]}}, PRICE],
        "paginator": {"nextPageSelector": ".next", "pageNum": 10},
        "format": "json",
        **members,
    }


def test_a_preview_shows_a_page_its_first_details_and_what_a_run_would_cost(
    ann: Any, site: SiteServer
) -> None:
    """One page and one details page are fetched and charged; the next page is not."""
    answer = ann.post("/v1/task/preview", json=shop(site) | {"records": 2})
    told = answer.json
    process = ann.get(f"/v1/process/{answer.headers['Process-Id']}/info").json

    assert answer.status_code == 200, answer.text
    assert told["page"]["verdict"] == "ok"
    assert [one["name"] for one in told["collections"]] == ["shop", "Title"]
    assert len(told["records"]) == 2
    assert told["records"][0]["Title_details"][0].keys() == {"Sku_text"}
    assert told["records"][1]["Title_details"] == []
    assert told["recordCount"] == 4
    assert told["cost"] == 0.1
    assert told["estimate"]["enough"] is True
    assert (process["requestCount"], process["status"]) == (2, "finished")
    assert ann.get("/v1/tasks").json == []


def test_a_page_that_is_sent_is_not_fetched_and_costs_nothing(
    bob: Any, site: SiteServer, database_url: str
) -> None:
    """It may be longer than any body elsewhere, and is forgotten once it has been looked at."""
    page = "<div class=card><h3><a href=/a>One</a></h3></div>" + "<p>flour</p>" * 150_000
    before = bob.get("/v1/credits").json
    answer = bob.post("/v1/task/preview", json={"payload": shop(site), "html": page})
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM given_pages), (SELECT count(*) FROM looks)")
        left = cursor.fetchone()
    connection.close()

    assert answer.status_code == 200, answer.text
    assert answer.json["page"]["fetcher"] == "given"
    assert answer.json["records"] == [
        {"Title_href": f"{site.url}/a", "Title_text": "One", "Title_details": []}
    ]
    assert answer.json["cost"] == 0
    assert bob.get("/v1/credits").json == before
    assert site.paths() == []
    assert left == (0, 0)
    assert answer.json["collections"][0]["pointer"] == "/payload"
