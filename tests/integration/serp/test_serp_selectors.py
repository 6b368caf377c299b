from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.serp.conftest import SerpProduct
from tests.site.engines import CAPTCHA, EngineServer, items
from workers.serp.surfaces import engine_at

Make = Callable[..., SerpProduct]


def chosen(server: EngineServer) -> dict[str, Any]:
    """Return a payload of form 1: an engine's results page, and selectors for it."""
    return {
        "name": "s", "request": {"url": f"{server.url}/search?q=moss"}, "commonParent": ".g, form",
        "fields": [{"name": "Title", "selector": "h3"}, {"name": "Form", "selector": "."}],
        "format": "json",
    }  # fmt: skip


def test_a_results_page_is_read_by_the_selectors_of_a_payload(make_product: Make) -> None:
    """Like any extraction."""
    with EngineServer("google") as server:
        product = make_product(server)
        ended = product.start(chosen(server))

    assert [entry["Title_text"] for entry in product.records(ended)] == [t for t, _ in items(1)]


def test_a_block_notice_is_no_record_whoever_chose_the_selectors(make_product: Make) -> None:
    """Though they match it: retried, then failed as blocked, and free."""
    with EngineServer("google", lambda _: CAPTCHA) as server:
        product = make_product(server)
        ended = product.start(chosen(server))

    assert (ended["status"], ended["error"]["code"], ended["cost"]) == ("failed", "blocked", 0)
    assert (ended["blockedCount"], ended["recordCount"]) == (1, 0)
    assert sum("q" in query for query in server.asked) == 4


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("https://www.google.co.uk/search?q=a", "google"),
        ("https://google.de/search?q=a&tbm=isch", "google"),
        ("https://www.bing.com/search?q=a", "bing"),
        ("https://html.duckduckgo.com/html/?q=a", "duckduckgo"),
        ("https://www.baidu.com/s?wd=a", "baidu"),
        ("https://yandex.com.tr/search/?text=a", "yandex"),
        ("http://127.0.0.1:9/search?q=a", "bing"),
        ("https://google.evil.example/search?q=a", None),
        ("https://www.google.com/maps", None),
        ("http://127.0.0.1:8/search?q=a", None),
    ],
)
def test_a_results_page_is_known_by_its_host_and_path(url: str, engine: str | None) -> None:
    """Or by where an operator says that the engine lives."""
    assert engine_at(url, {"bing": "http://127.0.0.1:9"}) == engine
