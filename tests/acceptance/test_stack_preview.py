"""Previews on the real stack: real workers, a browser, and a worker that dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.acceptance.blows import kill_children
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.missing import needed_browser
from tests.site import truth
from tests.site.dynamic.serve import DynamicSite
from tests.site.server import SiteServer


@pytest.fixture
def dynamic_site() -> Iterator[DynamicSite]:
    """The site of pages that need a browser."""
    needed_browser()
    site = DynamicSite()
    yield site
    site.stop()


def preview(api: ApiClient, **body: Any) -> requests.Response:
    """Look at a page."""
    return api.session.post(f"{api.url}/v1/task/preview", json=body, timeout=120)


def payload(url: str, selector: str, **request: Any) -> dict[str, Any]:
    """Return a payload of one field."""
    return {
        "name": "looked", "format": "json", "request": {"url": url, **request},
        "fields": [{"name": "Item", "selector": selector}],
    }  # fmt: skip


def under_way(stack: RunningStack) -> list[str]:
    """Return the processes whose first request has left."""
    query = """SELECT p.id FROM processes p JOIN slices s ON s.process_id = p.id
        WHERE p.state = 'running' AND p.request_count > 0"""
    return [row[0] for row in stack.rows(query)]


def test_a_preview_survives_the_death_of_its_worker(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Killed while the page is on its way: another worker looks at it, each page is paid once."""
    site.pause = 3.0
    told: list[requests.Response] = []
    body = truth.payload(truth.Shop(2, 3), site.url)
    caller = threading.Thread(target=lambda: told.append(preview(api, **body)))
    caller.start()
    eventually(lambda: under_way(stack))
    (process,) = under_way(stack)
    kill_children(stack, process)
    site.pause = 0.0
    caller.join()
    charged = stack.rows("SELECT count(*) FROM ledger WHERE process_id = %s", process)
    left = stack.rows("SELECT 1 FROM looks WHERE process_id = %s", process)

    assert told[0].status_code == 200, told[0].text
    assert told[0].headers["Process-Id"] == process
    assert (told[0].json()["recordCount"], told[0].json()["cost"]) == (3, 0.1)
    assert (charged, left) == ([(2,)], [])


def test_a_page_that_needs_a_browser_is_looked_at_in_it(
    api: ApiClient, dynamic_site: DynamicSite
) -> None:
    """Asked for without, as a run would: empty at first, then in Chrome, and a warning says so."""
    told = preview(api, **payload(f"{dynamic_site.url}/empty.html", ".item")).json()

    assert [one["code"] for one in told["warnings"]] == ["needs_chrome"]
    assert told["records"] == [{"Item_text": "only with scripts"}]
    assert told["checks"]["chrome"] == {"tried": True, "recordCount": 1}
    assert (told["page"]["fetcher"], told["cost"]) == ("chrome", 0.1)


def test_a_page_that_needs_no_browser_is_told_from_one_that_does(
    api: ApiClient, dynamic_site: DynamicSite, site: SiteServer
) -> None:
    """Where the payload asks for Chrome, the page is fetched once more without."""
    shop = f"{site.url}{truth.page_path(truth.Shop(1, 3), 1)}"
    plain = preview(api, **payload(shop, ".price", type="chrome")).json()
    needed = preview(api, **payload(f"{dynamic_site.url}/empty.html", ".item", type="chrome"))

    assert [one["code"] for one in plain["warnings"]] == ["chrome_not_needed"]
    assert plain["cost"] == 0.15
    assert needed.json()["warnings"] == []


def test_a_long_page_that_is_sent_is_looked_at(api: ApiClient, site: SiteServer) -> None:
    """Through the real server, far beyond what any other call may send."""
    page = "".join(f"<li class=item>{n}<!--{'chaff' * 30}--></li>" for n in range(10_000))
    sent = payload(f"{site.url}/none", ".") | {"commonParent": ".item", "html": page}
    answer = preview(api, **sent)
    too_long = api.session.post(
        f"{api.url}/v1/task/preview", data=b"[" + b" " * 40_000_000 + b"]", timeout=60
    )

    assert answer.status_code == 200, answer.text
    assert (answer.json()["recordCount"], answer.json()["cost"]) == (10_000, 0)
    assert site.paths() == []
    assert too_long.status_code == 413
