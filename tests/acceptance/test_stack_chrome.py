from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.acceptance.blows import kill_children
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.missing import needed_browser
from tests.site import truth
from tests.site.server import SiteServer

PRICE = 100  # thousandths of a credit


@pytest.fixture(autouse=True)
def _browser() -> None:
    needed_browser()


def in_chrome(payload: dict[str, object]) -> dict[str, Any]:
    request: Any = payload["request"]
    return {**payload, "request": {**request, "type": "chrome"}}


def test_pages_shown_in_a_browser_survive_its_worker(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Killed in the middle: same records, each page charged once at the price of a browser."""
    shop = truth.Shop(3, 6)
    site.pause = 0.3
    process = api.run(in_chrome(truth.payload(shop, site.url)))["id"]
    api.wait(process, lambda now: now["responseCount"] >= 4)
    kill_children(stack, process)
    ended = api.wait(process)
    lines = api.file(ended["results"]).splitlines()
    charged = stack.rows("SELECT count(*), -sum(amount) FROM ledger WHERE process_id = %s", process)

    assert ended["status"] == "finished"
    assert [json.loads(line) for line in lines] == list(truth.records(shop, site.url))
    assert (ended["responseCount"], ended["recordCount"]) == (21, 18)
    assert charged == [(21, 21 * PRICE)]
    assert ended["cost"] == 3


SCRIPTED = b"""<!doctype html><title>Scripted</title><ul></ul><script>
  document.querySelector("ul").innerHTML = "<li class=item>one</li><li class=item>two</li>";
</script>"""


def test_a_page_that_needs_scripts_is_shown_in_a_browser_by_itself(
    api: ApiClient, stack: RunningStack, tmp_path: Path
) -> None:
    """An empty base result is fetched again with Chrome; the log says so, Chrome is charged."""
    eventually(lambda: stack.rows("SELECT 1 FROM presence WHERE browser"))
    (tmp_path / "page.html").write_bytes(SCRIPTED)
    with SiteServer(root=tmp_path) as site:
        payload = {
            "name": "scripted",
            "request": {"url": f"{site.url}/files/page.html"},
            "commonParent": ".item",
            "fields": [{"name": "Item", "selector": "."}],
            "format": "json",
        }
        ended = api.wait(api.run(payload)["id"])
    log = requests.get(ended["logFile"], timeout=10).text

    assert ended["status"] == "finished"
    assert json.loads(api.file(ended["results"])) == [{"Item_text": "one"}, {"Item_text": "two"}]
    assert (ended["requestCount"], ended["responseCount"], ended["cost"]) == (2, 1, 1)
    assert "fetched once more with Chrome" in log
