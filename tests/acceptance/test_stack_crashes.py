from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.acceptance.blows import freeze_children, kill_children, kill_everything, kill_main
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(10, 12)
PAGES = 10 + 120
PRICE = 50  # thousandths of a credit
CONTINUES_WITHIN = 20.0  # seconds


BLOWS: dict[str, Callable[[RunningStack, str], None]] = {
    "crawl children killed": kill_children,
    "crawl children frozen": freeze_children,
    "worker killed": kill_main("worker"),
    "web killed": kill_main("web"),
    "clock killed": kill_main("clock"),
    "broker killed": kill_main("broker"),
    "database killed": kill_main("database"),
    "storage killed": kill_main("storage"),
    "everything killed": kill_everything,
}


def look(api: ApiClient, process: str) -> dict[str, Any] | None:
    """The process, or None while the service does not answer."""
    try:
        answer = api.call("GET", f"/process/{process}/info")
    except requests.ConnectionError:
        return None
    assert answer.ok or answer.status_code == 503, answer.text
    return dict(answer.json()) if answer.ok else None


def wait_for(
    api: ApiClient, process: str, until: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def there() -> bool:
        now = look(api, process)
        found[:] = [now] if now else found
        return now is not None and until(now)

    eventually(there, 60)
    return found[0]


def assert_whole(
    api: ApiClient, stack: RunningStack, site: SiteServer, ended: dict[str, Any]
) -> None:
    """Same records, each page charged once, and the site saw nothing that was not counted."""
    asked = Counter(path for path in site.paths() if path.startswith("/shop/"))
    rows = stack.rows(
        "SELECT count(*), count(DISTINCT page_id), -sum(amount) FROM ledger WHERE process_id = %s",
        ended["id"],
    )
    file = api.file(ended["results"])

    assert ended["status"] == "finished"
    assert [json.loads(line) for line in file.splitlines()] == list(truth.records(SHOP, site.url))
    assert (ended["responseCount"], ended["recordCount"], ended["failedCount"]) == (PAGES, 120, 0)
    assert rows == [(PAGES, PAGES, PAGES * PRICE)]
    assert ended["cost"] == -(-PAGES * PRICE // 1000)
    assert len(asked) == PAGES
    assert ended["requestCount"] >= asked.total()
    assert asked.total() <= PAGES + 64


@pytest.mark.parametrize("name", BLOWS)
def test_a_process_survives(
    api: ApiClient, stack: RunningStack, site: SiteServer, name: str
) -> None:
    """Whatever is killed in the middle of it: same records, same cost, going on within 20 s."""
    site.pause = 0.15
    process = api.run(truth.payload(SHOP, site.url))["id"]
    half = wait_for(api, process, lambda now: now["responseCount"] >= 20)
    struck = time.monotonic()
    BLOWS[name](stack, process)
    before = wait_for(api, process, lambda _: True)
    wait_for(
        api,
        process,
        lambda now: now["responseCount"] > before["responseCount"] or now["state"] == "finished",
    )
    took = time.monotonic() - struck
    ended = wait_for(api, process, lambda now: now["status"] != "running")
    whole = time.monotonic() - struck
    print(f"{name}: went on after {took:.1f} s, ended after {whole:.1f} s")  # noqa: T201 - a figure

    assert half["responseCount"] < PAGES
    assert took < CONTINUES_WITHIN
    assert_whole(api, stack, site, ended)
