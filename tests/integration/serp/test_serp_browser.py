from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.integration.serp.conftest import SerpProduct
from tests.missing import needed_browser
from tests.site.engines import SHELL, EngineServer
from workers.fetchers.chrome.thread import end_browsers


@pytest.fixture
def _browser() -> None:
    needed_browser()


@pytest.mark.usefixtures("_browser")
def test_a_page_that_wants_javascript_is_shown_in_a_browser_before_it_counts_as_blocked(
    make_product: Callable[..., SerpProduct],
) -> None:
    """The log says so, and the browser's answer is the one that is charged."""
    with EngineServer("google", lambda _: SHELL) as server:
        product = make_product(server)
        product.rows("INSERT INTO presence (name, kind, browser) VALUES ('b', 'chrome', true)")
        try:
            ended = product.run(engine="google")
        finally:
            end_browsers()
    (page,) = product.pages(ended["id"])
    log = requests.get(ended["logFile"], timeout=30).text

    assert [entry["title"] for entry in product.records(ended)] == ["Drawn"]
    assert (page["verdict"], page["fetcher"], ended["blockedCount"]) == ("ok", "chrome", 0)
    assert "fetched once more with Chrome" in log


def test_without_a_browser_it_is_a_block_with_its_kind(
    make_product: Callable[..., SerpProduct],
) -> None:
    """Never an empty success."""
    with EngineServer("google", lambda _: SHELL) as server:
        ended = make_product(server).run(engine="google")

    assert (ended["status"], ended["error"]["code"], ended["cost"]) == ("failed", "blocked", 0)
    assert ended["error"]["message"].startswith("js_required")
