"""Chooses the operator's proxies in turn, passing over those that failed for a host lately."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

SCHEMES = ("http", "https", "socks5", "socks5h", "socks4a")
ANY = "any"
PREFIX = "country-"
NOT_CONFIGURED = "none://"
"""Starts the answer for a country without proxies; a fetcher answers it with ``ProxyFailed``."""

FIRST_REST = 60.0  # seconds for which a proxy is passed over after a failure; doubles each time
LONGEST_REST = 900.0  # seconds
REMEMBERED = 10_000  # failures (proxy and host) kept at most


class ProxyPool:
    """The proxies of each country. What it prints never holds a user or a password."""

    def __init__(
        self,
        table: Mapping[str, tuple[str, ...]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``table``: country → URLs. Raises ValueError for a URL that is no proxy's."""
        self._table = {country.lower(): tuple(urls) for country, urls in table.items()}
        self._all = tuple(dict.fromkeys(url for urls in self._table.values() for url in urls))
        for country, urls in self._table.items():
            for number, url in enumerate(urls, 1):
                _check(country, number, url)
        self._clock = clock
        self._turns: dict[str, int] = {}
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def __repr__(self) -> str:
        counts = ", ".join(f"{country}: {len(urls)}" for country, urls in self._table.items())
        return f"ProxyPool({counts})"

    def choose(self, wish: str, host: str) -> str:
        """Return the URL of a proxy for a request to ``host``, or "" for a direct connection.

        ``wish`` is ``country-xx``, ``country-any`` or "". Any country without a single proxy
        configured means direct. A named country without one must not: the answer then starts with
        ``NOT_CONFIGURED``. When all have failed for the host, the one that rested longest is tried.
        """
        country = wish.lower().removeprefix(PREFIX)
        if not country:
            return ""
        urls = self._all if country == ANY else self._table.get(country, ())
        if not urls:
            return "" if country == ANY else NOT_CONFIGURED + country
        turn = self._turns.get(country, 0)
        self._turns[country] = turn + 1
        order = [urls[(turn + step) % len(urls)] for step in range(len(urls))]
        now = self._clock()
        rested = (url for url in order if self._until(url, host) <= now)
        return next(rested, None) or min(order, key=lambda url: self._until(url, host))

    def failed(self, proxy: str, host: str) -> None:
        """Let ``proxy``, which did not serve ``host``, rest for that host: longer each time."""
        count = self._failures.pop((proxy, host), (0, 0.0))[0] + 1
        rest = min(LONGEST_REST, FIRST_REST * 2 ** min(count - 1, 10))
        self._failures[proxy, host] = (count, self._clock() + rest)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def worked(self, proxy: str, host: str) -> None:
        """Forget the failures of ``proxy`` for ``host``."""
        self._failures.pop((proxy, host), None)

    def _until(self, proxy: str, host: str) -> float:
        return self._failures.get((proxy, host), (0, 0.0))[1]


def _check(country: str, number: int, url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(
            f"PROXIES: number {number} of {country!r} is no proxy URL like http://user:pass@host:3128"
        )
