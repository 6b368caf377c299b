"""The ports of one slice in memory: a process that nobody else works on, and that leaves no trace.

What the same code costs that keeps nothing: benchmarks compare with it, and budgets count in it. It
passes the contract suite of ``Ports``, but for what only a second slice could see.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from schemas.plan import Plan
from schemas.slice import Batch, Claim, ClaimedPage, NewPage, Outcome
from workers import plugins
from workers.errors import StaleSlice
from workers.extraction.urls import host_of, page_key
from workers.fetchers.base import Fetcher


class MemoryPorts:
    """What ``workers.crawl.Ports`` asks for; ``done`` holds every outcome that ended a page.

    ``calls`` names each claim, commit and second request, ``notes`` holds what the log would say. A
    slice that was ``fenced_off`` may do nothing more; one whose fence was not ``seen`` lately lets
    no request leave. ``admitted``: robots.txt is not asked about the start page.
    """

    def __init__(
        self,
        plan: Plan,
        fetcher: Fetcher,
        *,
        slots: int = 8,
        queue: str = "base",
        admitted: bool = False,
    ) -> None:
        self.fetcher = self.asker = fetcher
        self.done: list[Outcome] = []
        self.calls: list[str] = []
        self.notes: list[str] = []
        self.fenced_off, self.seen = False, True
        self._slots, self._queue = slots, queue
        self._known: dict[tuple[int, str], int] = {}
        self._held: dict[int, ClaimedPage] = {}
        self._waiting: list[tuple[int, int, float, ClaimedPage]] = []
        self._elsewhere = 0
        self._robots: dict[str, tuple[int, bytes]] = {}
        url = plugins.start_url(plan)
        fetcher_name = plan.collections[0].request.fetcher
        self._insert(
            NewPage(
                collection=0, position=(1,), key=page_key(url), url=url, host=host_of(url),
                queue=fetcher_name, admitted=admitted,
            )
        )  # fmt: skip

    def claim(self, limit: int, *, idle: bool) -> Claim:
        """Hand out pages: those of upper collections first, then in the order they were found."""
        self.calls.append("claim" if idle else "claim beside others")
        self._check()
        return self._take(limit)

    def commit(self, batch: Batch) -> Claim | None:
        """Take the outcomes of pages that are held; others were committed before."""
        self.calls.append("commit")
        self._check()
        self.notes += batch.notes
        for outcome in batch.outcomes:
            page = self._held.pop(outcome.page_id, None)
            if page is None:
                continue
            if outcome.step == "done":
                self._end(outcome)
            else:
                self._again(page, outcome)
        return self._take(batch.limit) if batch.limit else None

    def admit(self, page_ids: Sequence[int], *, again: bool = False) -> None:
        """Note that they are admitted, in case they come back."""
        self._check()
        if again:
            self.calls.append("admit again")
        for page_id in page_ids:
            self._held[page_id] = replace(self._held[page_id], admitted=True)

    def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
        """Grant what is wished for, as far as it goes at one host."""
        return {host: min(wish, self._slots) for host, (wish, _) in wanted.items()}

    def moment(self, _host: str, _delay: float) -> float | None:
        """Let everything leave at once."""
        return 0.0

    def known_robots(self, origin: str) -> tuple[int, bytes] | None:
        """Return what was saved."""
        return self._robots.get(origin)

    def save_robots(self, origin: str, status: int, body: bytes, _seconds: float) -> None:
        """Keep it to the end."""
        self._robots[origin] = status, body

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
        """Whether the fence was seen; raises once it is gone."""
        self._check()
        return self.seen

    def stopping(self) -> bool:
        """Nobody asks the slice to end."""
        return False

    def _check(self) -> None:
        if self.fenced_off:
            raise StaleSlice

    def _take(self, limit: int) -> Claim:
        now = time.monotonic()
        pages: list[ClaimedPage] = []
        resting: list[tuple[int, int, float, ClaimedPage]] = []
        while self._waiting and len(pages) < limit:
            one = heappop(self._waiting)
            if one[2] > now:
                resting.append(one)
                continue
            page = one[3]
            self._held[page.id] = page
            pages.append(page)
        for one in resting:
            heappush(self._waiting, one)
        over = not (pages or self._held or self._waiting or self._elsewhere)
        return Claim(pages=tuple(pages), over=over)

    def _end(self, outcome: Outcome) -> None:
        self.done.append(outcome)
        for page in (*outcome.details, *self._following(outcome)):
            self._insert(page)

    def _following(self, outcome: Outcome) -> Iterable[NewPage]:
        """Yield the first candidate that the page's chain does not hold yet."""
        for page in outcome.candidates:
            if self._known.get((page.collection, page.key)) != outcome.chain:
                yield page
                return

    def _insert(self, page: NewPage) -> None:
        if (page.collection, page.key) in self._known:
            return
        number = len(self._known) + 1
        chain = page.chain or number
        self._known[page.collection, page.key] = chain
        self._wait(
            ClaimedPage(
                id=number, collection=page.collection, position=page.position, url=page.url,
                first_url=page.url, host=page.host, hops=0, page_number=page.page_number,
                chain=chain, attempt=1, admitted=page.admitted,
            ),
            queue=page.queue,
        )  # fmt: skip

    def _again(self, page: ClaimedPage, outcome: Outcome) -> None:
        """Put a page back that did not end: to be tried again, or fetched elsewhere."""
        host = outcome.host or page.host
        if outcome.step in {"hop", "resend"}:
            back = replace(
                page, url=outcome.fetch_url or page.url, host=host, hops=page.hops + 1,
                resend=outcome.step == "resend", admitted=outcome.admitted,
            )  # fmt: skip
        else:
            retry = outcome.step == "retry"
            back = replace(
                page, url=page.first_url, host=host, hops=0, resend=False,
                admitted=outcome.admitted, attempt=page.attempt + retry,
            )  # fmt: skip
        queue = "chrome" if outcome.step == "chrome" else self._queue
        self._wait(back, queue=queue, delay=outcome.delay)

    def _wait(self, page: ClaimedPage, *, queue: str, delay: float = 0.0) -> None:
        if queue != self._queue:
            self._elsewhere += 1
            return
        ripe = time.monotonic() + delay if delay else 0.0
        heappush(self._waiting, (page.collection, page.id, ripe, page))
