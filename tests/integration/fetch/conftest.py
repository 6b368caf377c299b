"""The test site, and a fetcher that may reach it, for the tests of the base fetcher."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.site.server import SiteServer
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.http.fetcher import HttpFetcher

LOOPBACK = ("127.0.0.0/8", "::1/128")
PATIENCE = 20.0  # seconds a test waits for an exchange

Fetch = Callable[..., Exchange]


@pytest.fixture(scope="session")
def running_site() -> Iterator[SiteServer]:
    with SiteServer() as site:
        yield site


@pytest.fixture
def site(running_site: SiteServer) -> SiteServer:
    """The test site, with nothing remembered."""
    running_site.reset()
    return running_site


@pytest.fixture
def fetcher() -> Iterator[HttpFetcher]:
    """A fetcher that may reach the whole loopback network."""
    made = HttpFetcher(FetcherOptions(allowed_networks=LOOPBACK))
    yield made
    made.close()


def exchanges(fetcher: HttpFetcher, *requests: FetchRequest) -> list[Exchange]:
    """Start all requests at once and return their exchanges, by key."""
    for request in requests:
        fetcher.start(request)
    ended: list[Exchange] = []
    while fetcher.in_flight:
        ended += fetcher.poll(PATIENCE)
    return sorted(ended, key=lambda exchange: exchange.key)


@pytest.fixture
def fetch(fetcher: HttpFetcher, site: SiteServer) -> Fetch:
    """Fetch one page of the site (or a whole URL) and return the exchange."""

    def one(path: str, **wishes: object) -> Exchange:
        url = path if "://" in path else site.url + path
        request = FetchRequest(key=1, url=url, **{"timeout": 60.0, **wishes})  # type: ignore[arg-type]
        return exchanges(fetcher, request)[0]

    return one
