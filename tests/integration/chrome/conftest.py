"""A real Chromium and the dynamic site for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from schemas.payload import load_plan
from tests.integration.chrome.browsers import pool_of
from tests.missing import needed_browser
from tests.site.dynamic.reading import wait_for
from tests.site.dynamic.serve import Canary, DynamicSite
from workers import errors
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.chrome.memory import MemoryLimits
from workers.fetchers.chrome.pool import BrowserPool
from workers.fetchers.chrome.thread import end_browsers
from workers.net import trust
from workers.settings import Settings

ONLY_SITE = ("127.0.0.1/32",)
"""What the guard lets through here; 127.0.0.2 is loopback too, and must never be reached."""

Fetch = Callable[..., Exchange]
Believe = Callable[..., None]


@pytest.fixture(scope="session")
def browser() -> Iterator[str]:
    """The path of a real browser; without one these tests are skipped, but never in CI."""
    yield needed_browser()
    end_browsers()


@pytest.fixture
def believe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Believe]:
    """Change what the operator's settings say of certificates; browsers start anew with it."""

    def change(**settings: object) -> None:
        monkeypatch.setattr(trust, "settings", lambda: Settings(**settings))  # type: ignore[arg-type]
        trust.trust.cache_clear()
        end_browsers()

    yield change
    trust.trust.cache_clear()
    end_browsers()


@pytest.fixture
def dynamic_site() -> Iterator[DynamicSite]:
    """The site of pages that need a browser."""
    site = DynamicSite()
    yield site
    site.stop()


@pytest.fixture
def canary() -> Iterator[Canary]:
    """A listener at an address that the guard forbids."""
    canary = Canary("127.0.0.2")
    yield canary
    canary.stop()


@pytest.fixture
def make_fetcher(browser: str) -> Iterator[Callable[..., ChromeFetcher]]:
    """Make fetchers that may reach the site alone; they are closed at the end."""
    made: list[ChromeFetcher] = []

    def make(**options: Any) -> ChromeFetcher:
        settings = {"allowed_networks": ONLY_SITE, "chrome_path": browser, **options}
        made.append(ChromeFetcher(FetcherOptions(**settings)))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def chrome(make_fetcher: Callable[..., ChromeFetcher]) -> ChromeFetcher:
    """A fetcher with a profile of its own."""
    return make_fetcher()


@pytest.fixture
def fetch(chrome: ChromeFetcher, dynamic_site: DynamicSite) -> Fetch:
    """Fetch one path of the site, or a whole URL, and return the exchange.

    A browser may crash by itself: as in a process, that costs one of ``tries``.
    """

    def one(where: str, *, tries: int = 3, **request: Any) -> Exchange:
        url = dynamic_site.url + where if where.startswith("/") else where
        chrome.start(FetchRequest(key=1, url=url, **{"timeout": 20.0, **request}))
        exchange = wait_for(chrome)[0]
        if isinstance(exchange.error, errors.BrowserCrashed) and tries > 1:
            return one(where, tries=tries - 1, **request)
        return exchange

    return one


@pytest.fixture
def capture(fetch: Fetch) -> Callable[..., Exchange]:
    """Have a page of the site captured as a payload asks."""

    def one(kind: str, where: str = "/looks.html", **members: Any) -> Exchange:
        plan = load_plan({"capture": kind, "url": "http://x.test/", **members})
        request = plan.collections[0].request
        return fetch(
            where,
            images=request.images,
            capture=plan.capture,
            actions=request.actions,
            timeout=request.timeout or 20.0,
        )

    return one


@pytest.fixture
def limited(browser: str) -> Iterator[Callable[[MemoryLimits], BrowserPool]]:
    """Set the pool's limits for one test."""
    pool = pool_of(browser)
    before = pool.limits

    def change(limits: MemoryLimits) -> BrowserPool:
        pool.limits = limits
        return pool

    yield change
    pool.limits = before
