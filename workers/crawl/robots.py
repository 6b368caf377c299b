"""The gate before unknown sites: robots.txt is asked once an origin, before a page is counted."""

from __future__ import annotations

from collections import deque
from urllib.parse import urljoin

from schemas.plan import Plan
from schemas.slice import ClaimedPage, Outcome
from workers.crawl.ports import CrawlOptions, Ports
from workers.extraction.urls import host_of, origin_of
from workers.fetchers.base import Exchange, FetchRequest
from workers.fetchers.redirects import redirect_target
from workers.fetchers.robots import (
    CACHE_FAULT_SECONDS,
    CACHE_SECONDS,
    PARSED_BYTES,
    UNREACHABLE,
    Rules,
    parse,
    robots_url,
)

ROBOTS_TIMEOUT = 10.0  # seconds
HOPS = 5  # redirects (RFC 9309, 2.3.1.2)


class RobotsGate:
    """Pages whose site's robots.txt has not been asked yet, and the requests that ask."""

    def __init__(self, plan: Plan, ports: Ports, options: CrawlOptions) -> None:
        self._plan, self._ports, self._options = plan, ports, options
        self._pages: deque[ClaimedPage] = deque()
        self._rules: dict[str, Rules | None] = {}
        self._delays: dict[str, float] = {}
        self._asking: dict[int, tuple[str, str, int]] = {}
        self._next_key = -1

    @property
    def waiting(self) -> int:
        """How many pages wait for an answer."""
        return len(self._pages)

    @property
    def asking(self) -> bool:
        """Whether a request for a robots.txt is in flight."""
        return bool(self._asking)

    def stops(self, page: ClaimedPage) -> bool:
        """Whether ``page`` has to wait here: its site was not asked, or this slice knows no answer.

        A page that is admitted already waits for the site's Crawl-delay alone.
        """
        return not page.admitted or (page.host not in self._delays and self._asks(page))

    def _asks(self, page: ClaimedPage) -> bool:
        return self._plan.asks_robots(page.collection, respect=self._options.respect_robots)

    def delay(self, page: ClaimedPage) -> float:
        """Return the seconds that the page's site wants between two requests; 0 for none."""
        found = self._delays[page.host] if page.host in self._delays else 0.0  # noqa: SIM401 - hot
        return found if found and self._asks(page) else 0.0

    def add(self, page: ClaimedPage) -> None:
        """Let ``page`` wait until its site has been asked."""
        self._pages.append(page)

    def allows(self, url: str) -> bool | None:
        """Whether the site allows ``url``; None when it has not been asked."""
        rules = self._rules.get(origin_of(url))
        return None if rules is None else rules.allows(url, self._options.robots_agent)

    def admit(self) -> tuple[list[ClaimedPage], list[Outcome]]:
        """Return the pages that may be fetched (counted from here on) and the ends of the rest.

        Sites that are not known yet are asked.
        """
        self._ask_unknown()
        passed: list[ClaimedPage] = []
        admitted: list[ClaimedPage] = []
        denied: list[Outcome] = []
        for _ in range(len(self._pages)):
            page = self._pages.popleft()
            origin = origin_of(page.url)
            if origin not in self._rules:
                self._pages.append(page)
                continue
            if page.admitted:
                passed.append(page)
            elif self.allows(page.url) is False:
                denied.append(_denied(page))
            else:
                admitted.append(page)
        if admitted:
            self._ports.admit([page.id for page in admitted])
        return passed + admitted, denied

    def _ask_unknown(self) -> None:
        asked = {origin for origin, _, _ in self._asking.values()}
        for origin in {origin_of(page.url) for page in self._pages} - self._rules.keys() - asked:
            known = self._ports.known_robots(origin)
            if known is None:
                self._ask(origin, robots_url(origin), 0)
            else:
                self._learn(origin, *known)

    def _learn(self, origin: str, status: int, body: bytes) -> None:
        rules = self._rules[origin] = None if status == UNREACHABLE else parse(status, body)
        wanted = rules.delay(self._options.robots_agent) if rules else 0.0
        host = host_of(origin)
        self._delays[host] = max(wanted, self._delays.get(host, 0.0))

    def _ask(self, origin: str, url: str, hops: int, *, lenient: bool = False) -> None:
        """Send the request, unless none may leave just now: then ``admit`` tries again."""
        if not self._ports.may_send():
            return
        key, self._next_key = self._next_key, self._next_key - 1
        self._asking[key] = (origin, url, hops)
        self._ports.asker.start(
            FetchRequest(
                key=key,
                url=url,
                headers=(("User-Agent", self._options.user_agent),),
                timeout=min(ROBOTS_TIMEOUT, self._options.timeout),
                max_bytes=PARSED_BYTES + 1,
                partial=True,
                lenient=lenient,
            )
        )

    def take(self, exchange: Exchange) -> bool:
        """Take an answer that was for the gate; False when the exchange is somebody else's."""
        asked = self._asking.pop(exchange.key, None)
        if asked is None:
            return False
        origin, url, hops = asked
        response = exchange.response
        if exchange.error is not None and exchange.error.lenient:
            self._ask(origin, url, hops, lenient=True)
            return True
        target = redirect_target(response) if response else None
        if response and target is not None and hops < HOPS:
            self._ask(origin, urljoin(response.url, target), hops + 1)
            return True
        # Without an answer the page's own request will say what is wrong, better than we could.
        status, body = (response.status, response.body) if response else (UNREACHABLE, b"")
        self._learn(origin, status, body)
        fault = status == UNREACHABLE or status >= 500  # noqa: PLR2004 - the first of a server's faults
        keep = CACHE_FAULT_SECONDS if fault else CACHE_SECONDS
        self._ports.save_robots(origin, status, body, keep)
        return True


def _denied(page: ClaimedPage) -> Outcome:
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        verdict="robots",
        error="The site's robots.txt forbids the page (a payload may say ignoreRobots).",
    )
