"""The world of one slice with its frontier in memory: what the same code costs that keeps nothing.

Also what the budgets of the tests count in, for nothing in it depends on a clock or a network.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from schemas.plan import Plan
from schemas.slice import Claim, ClaimedPage, NewPage, Outcome
from workers.crawl import CrawlOptions
from workers.extraction.urls import host_of, page_key
from workers.fetchers.base import Fetcher


def options(in_flight: int) -> CrawlOptions:
    """Return the settings' defaults, with an allowance of time that no measurement uses up."""
    return CrawlOptions(
        queue="base",
        seconds=3600,
        in_flight=in_flight,
        retries=3,
        backoff=1.0,
        timeout=30,
        max_bytes=10 * 1024 * 1024,
        extract_seconds=10,
        host_concurrency=in_flight,
        host_delay=0,
        respect_robots=True,
        user_agent="Gristmill",
        robots_agent="Gristmill",
        fallback=False,
    )


class MemoryWorld:
    """What ``workers.crawl.Ports`` asks for; ``done`` holds every outcome of the process."""

    def __init__(self, plan: Plan, fetcher: Fetcher, *, slots: int) -> None:
        self.fetcher = self.asker = fetcher
        self.done: list[Outcome] = []
        self.calls: list[str] = []
        self._slots = slots
        self._known: set[tuple[int, str]] = set()
        self._queue: deque[ClaimedPage] = deque()
        self._open = 0
        url = plan.collections[0].request.url
        self._add(
            NewPage(
                collection=0, position=(1,), key=page_key(url), url=url, host=host_of(url),
                queue="base", admitted=False,
            )
        )  # fmt: skip

    def _add(self, page: NewPage) -> None:
        if (page.collection, page.key) in self._known:
            return
        self._known.add((page.collection, page.key))
        self._open += 1
        number = len(self._known)
        self._queue.append(
            ClaimedPage(
                id=number, collection=page.collection, position=page.position, url=page.url,
                first_url=page.url, host=page.host, hops=0, page_number=page.page_number,
                chain=page.chain or number, attempt=1, admitted=page.admitted,
            )
        )  # fmt: skip

    def _take(self, limit: int) -> Claim:
        pages = tuple(self._queue.popleft() for _ in range(min(limit, len(self._queue))))
        return Claim(pages=pages, over=not self._open)

    def claim(self, limit: int, *, idle: bool) -> Claim:
        """Hand out pages in the order in which they were found."""
        self.calls.append("claim" if idle else "claim beside others")
        return self._take(limit)

    def commit(self, outcomes: Sequence[Outcome], *, limit: int, **_: object) -> Claim | None:
        """Keep outcomes; what cannot be a page's end here is an error."""
        self.calls.append("commit")
        for outcome in outcomes:
            if outcome.step != "done":
                raise ValueError(f"a page that did not end: {outcome}")
            self._open -= 1
            for page in (*outcome.details, *outcome.candidates[:1]):
                self._add(page)
        self.done += outcomes
        return self._take(limit) if limit else None

    def admit(self, page_ids: Sequence[int]) -> None:
        """Nothing is counted here."""

    def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
        """Grant the same everywhere."""
        return dict.fromkeys(wanted, self._slots)

    def moment(self, _host: str, _delay: float) -> float | None:
        """Let everything leave at once."""
        return 0.0

    def known_robots(self, _origin: str) -> tuple[int, bytes] | None:
        """Know of none."""
        return None

    def save_robots(self, origin: str, status: int, body: bytes, seconds: float) -> None:
        """Keep none: the slice remembers it."""

    def proxy(self, _wish: str, _host: str) -> str:
        """Use none."""
        return ""

    def proxy_failed(self, proxy: str, host: str) -> None:
        """There is none."""

    def proxy_worked(self, proxy: str, host: str) -> None:
        """There is none."""

    def more(self) -> None:
        """Nobody could help."""

    def may_send(self) -> bool:
        """No fence can fall."""
        return True

    def stopping(self) -> bool:
        """Nobody asks for the turn back."""
        return False
