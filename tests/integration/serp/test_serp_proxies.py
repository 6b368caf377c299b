from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.integration.serp.conftest import SerpProduct
from tests.site.engines import CAPTCHA, EngineServer, every_item
from tests.site.proxy import ProxyServer
from workers.runtime import wiring

Make = Callable[..., SerpProduct]
USER = "mole:unsayable-word"


@pytest.fixture
def lines() -> Iterator[tuple[EngineServer, ProxyServer, ProxyServer]]:
    """An engine, a proxy behind which it wants to see a person, and one without that."""
    with ExitStack() as stack:
        engine = stack.enter_context(EngineServer("google"))
        wall = stack.enter_context(EngineServer("google", lambda _: CAPTCHA))
        bad = stack.enter_context(ProxyServer(("127.0.0.1", wall.port), user=USER))
        good = stack.enter_context(ProxyServer(("127.0.0.1", engine.port), user=USER))
        yield engine, bad, good


def url(proxy: ProxyServer) -> str:
    return f"http://{USER}@127.0.0.1:{proxy.port}"


def test_a_blocked_page_goes_through_another_proxy_and_all_workers_remember(
    make_product: Make,
    lines: tuple[EngineServer, ProxyServer, ProxyServer],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """One try at the bad proxy; the pages after it, and other workers' pools, pass it over."""
    engine, bad, good = lines
    product = make_product(engine, proxies={"us": [url(bad), url(good)]})
    first = product.run(engine="google", proxy="country-us", pageNum=3)
    wiring.proxy_pool.cache_clear()  # another worker's memory is empty
    second = product.run(engine="google", proxy="country-us")
    attempts = [page["attempts"] for page in product.pages(first["id"])]
    printed = "".join(capfd.readouterr())
    log = requests.get(first["logFile"], timeout=30).text

    assert (first["status"], first["blockedCount"]) == ("finished", 0)
    assert [entry["title"] for entry in product.records(first)] == [t for t, _ in every_item(3)]
    assert second["status"] == "finished"
    assert (len(bad.asked), len(good.asked)) == (1, 4)
    assert attempts == [2, 1, 1]
    assert "unsayable-word" not in printed + log + str(product.rows("SELECT * FROM proxy_faults"))


def test_a_block_behind_every_proxy_is_a_failure_that_costs_nothing(
    make_product: Make, lines: tuple[EngineServer, ProxyServer, ProxyServer]
) -> None:
    """With the kind of block as its reason."""
    engine, bad, _ = lines
    product = make_product(engine, proxies={"us": [url(bad)]})
    ended = product.run(engine="google", proxy="country-us")

    assert (ended["status"], ended["error"]["code"], ended["cost"]) == ("failed", "blocked", 0)
    assert ended["error"]["message"].startswith("captcha")
    assert (ended["blockedCount"], ended["failedCount"], len(bad.asked)) == (1, 0, 4)


def test_a_country_without_a_proxy_is_refused_with_those_that_have_one(make_product: Make) -> None:
    """When the task is created, and never with a password."""
    with EngineServer("google") as engine:
        product = make_product(engine, proxies={"us": [f"http://{USER}@127.0.0.1:1"]})
        body = {"name": "s", "engine": "google", "q": "moss", "format": "json"}
        refused = product.call("POST", "/task/create", json={**body, "proxy": "country-fr"})
    (fault,) = refused.json["errors"]

    assert refused.status_code == 400
    assert fault["pointer"] == "/proxy"
    assert "`country-us`" in fault["detail"]
    assert "unsayable-word" not in refused.text


def test_any_country_without_proxies_is_a_direct_connection_and_the_log_says_so(
    make_product: Make,
) -> None:
    """Nobody has to configure proxies to begin."""
    with EngineServer("google") as engine:
        product = make_product(engine)
        ended = product.run(engine="google", proxy="country-any")
    log = requests.get(ended["logFile"], timeout=30).text

    assert ended["status"] == "finished"
    assert "direct connections" in log
