"""Chooses the operator's proxies in turn, passing over those that failed for a host lately."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from ada_url import URL

SCHEMES = ("http", "https", "socks5", "socks5h", "socks4a")
ANY = "any"
PREFIX = "country-"
NOT_CONFIGURED = "none://"
"""Starts the answer for a country without proxies; a fetcher answers it with ``ProxyFailed``."""

FIRST_REST = 60.0  # seconds for which a proxy is passed over after a failure; doubles each time
LONGEST_REST = 900.0  # seconds
REMEMBERED = 10_000  # failures (proxy and host) kept at most
LOOK_UP_EVERY = 1.0  # seconds between look-ups of what other workers found for a host


class ProxyPool:
    """The proxies of each country. What it prints never holds a user or a password."""

    def __init__(
        self,
        table: Mapping[str, tuple[str, ...]],
        *,
        secret: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``table``: country → URLs. Raises ValueError for a URL that is no proxy's.

        ``secret`` keys the labels by which workers speak of proxies to each other.
        """
        self._table = {country.lower(): tuple(urls) for country, urls in table.items()}
        self._all = tuple(dict.fromkeys(url for urls in self._table.values() for url in urls))
        for country, urls in self._table.items():
            for number, url in enumerate(urls, 1):
                _check(country, number, url)
        self._clock = clock
        self._labels = {url: _label(url, secret) for url in self._all}
        self._looked_up: OrderedDict[str, float] = OrderedDict()
        self._next: dict[str, int] = {}
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def __repr__(self) -> str:
        counts = ", ".join(f"{country}: {len(urls)}" for country, urls in self._table.items())
        return f"ProxyPool({counts})"

    def choose(self, wanted: str, host: str) -> str:
        """Return the URL of a proxy for a request to ``host``, or "" for a direct connection.

        ``wanted`` is ``country-xx``, ``country-any`` or "". Any country without a single proxy
        configured means direct. A named country without one must not: the answer then starts with
        ``NOT_CONFIGURED``. When all have failed for the host, the one that rested longest is tried.
        """
        country = wanted.lower().removeprefix(PREFIX)
        if not country:
            return ""
        urls = self._all if country == ANY else self._table.get(country, ())
        if not urls:
            return "" if country == ANY else NOT_CONFIGURED + country
        start = self._next.get(country, 0)
        self._next[country] = start + 1
        order = [urls[(start + step) % len(urls)] for step in range(len(urls))]
        now = self._clock()
        rested = (url for url in order if self._until(url, host) <= now)
        return next(rested, None) or min(order, key=lambda url: self._until(url, host))

    def is_stale(self, host: str) -> bool:
        """Whether to look up what other workers found out about proxies for ``host`` since."""
        return bool(self._all) and self._clock() >= self._looked_up.get(host, float("-inf"))

    def learn(self, host: str, faults: Iterable[tuple[str, int, float]]) -> None:
        """Take what all workers know of ``host``: (label, failures, seconds yet to rest)."""
        known = {label: (count, seconds) for label, count, seconds in faults}
        for url, label in self._labels.items():
            self._failures.pop((url, host), None)
            if label in known:
                self._remember(url, host, *known[label])
        self._looked_up[host] = self._clock() + LOOK_UP_EVERY
        while len(self._looked_up) > REMEMBERED:
            self._looked_up.popitem(last=False)

    def failed(self, proxy: str, host: str) -> tuple[str, int, float]:
        """Let ``proxy``, which did not serve ``host``, rest for that host: longer each time.

        Returns what others have to know: its label, its failures, and the seconds that it rests.
        """
        count = self._failures.pop((proxy, host), (0, 0.0))[0] + 1
        rest = min(LONGEST_REST, FIRST_REST * 2 ** min(count - 1, 10))
        self._remember(proxy, host, count, rest)
        return self._labels[proxy], count, rest

    def _remember(self, proxy: str, host: str, count: int, rest: float) -> None:
        self._failures[proxy, host] = (count, self._clock() + rest)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def worked(self, proxy: str, host: str) -> str:
        """Forget the failures of ``proxy`` for ``host``; returns its label if there were some."""
        had = self._failures.pop((proxy, host), None)
        return self._labels[proxy] if had else ""

    def _until(self, proxy: str, host: str) -> float:
        return self._failures.get((proxy, host), (0, 0.0))[1]


def _label(url: str, secret: str) -> str:
    """Return 32 hex digits that tell proxies apart and give no password away."""
    return hmac.digest(secret.encode(), url.encode(), "sha256")[:16].hex()


def _check(country: str, number: int, url: str) -> None:
    if not _is_proxy(url):
        raise ValueError(
            f"PROXIES: number {number} of {country!r} is no proxy URL like http://user:pass@host:3128"
        )


def _is_proxy(url: str) -> bool:
    """Whether every reader of ``url`` finds the same scheme, host and port in it."""
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in SCHEMES:
        return False
    try:
        host = str(URL(f"http://{rest}").hostname).strip("[]")
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return False
    return split.hostname == host and port != 0
