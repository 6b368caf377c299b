"""Manners at target hosts: how many requests at once and how far apart, over all workers."""

from __future__ import annotations

import time
from collections import Counter, deque

from schemas.plan import Plan
from schemas.slice import ClaimedPage
from workers.crawl.ports import CrawlOptions, Ports

REFRESH = 1.0  # seconds for which a grant of slots is taken as it is
HURRY = 0.25  # seconds until a slice without any slot asks again


class Politeness:
    """The pages that wait for a slot or a moment at their host."""

    def __init__(self, plan: Plan, ports: Ports, options: CrawlOptions) -> None:
        self._plan, self._ports, self._options = plan, ports, options
        self._queues: dict[str, deque[ClaimedPage]] = {}
        self._flying: Counter[str] = Counter()
        self._slots: dict[str, int] = {}
        self._wanted: dict[str, int] = {}
        self._ask_at = 0.0
        self._moments: dict[str, float] = {}
        self._alone = False
        self.waiting = 0

    def add(self, page: ClaimedPage) -> None:
        """Let ``page`` wait for its turn, behind those of its own and upper collections."""
        queue = self._queues.setdefault(page.host, deque())
        if queue and page.collection < queue[-1].collection:
            queue.insert(sum(one.collection <= page.collection for one in queue), page)
        else:
            queue.append(page)
        self.waiting += 1
        # A grant below what was wanted is all that the pool has: no use to ask again so soon.
        granted = self._slots.get(page.host, 0)
        most = self._options.in_flight
        if granted < most and self._need(page.host) > granted >= self._wanted.get(page.host, 0):
            self._ask_at = 0.0

    def fly(self, page: ClaimedPage) -> None:
        """Count ``page`` as in flight."""
        self._flying[page.host] += 1

    def land(self, page: ClaimedPage) -> None:
        """Count ``page`` as back."""
        self._flying[page.host] -= 1

    def ready(self, room: int) -> list[ClaimedPage]:
        """Return up to ``room`` pages that may leave now."""
        if not self.waiting or room <= 0:
            return []
        self._refresh()
        going: list[ClaimedPage] = []
        for host in list(self._queues):
            taken = self._of_host(host, room - len(going))
            going += taken
            self.waiting -= len(taken)
        return going

    def _of_host(self, host: str, room: int) -> list[ClaimedPage]:
        queue = self._queues[host]
        free = self._slots.get(host, 0) - self._flying[host]
        taken: list[ClaimedPage] = []
        while queue and len(taken) < min(room, free) and self._now(host, queue[0]):
            taken.append(queue.popleft())
        if not queue:
            del self._queues[host]
        return taken

    def _now(self, host: str, page: ClaimedPage) -> bool:
        """Whether the host's next moment has come (moments are kept over the whole pool)."""
        wish = self._plan.collections[page.collection].request.delay
        delay = max(self._options.host_delay, wish)
        if delay <= 0:
            return True
        if host not in self._moments:
            wait = self._ports.moment(host, delay)
            if wait is None:
                return False
            self._moments[host] = time.monotonic() + wait
        if time.monotonic() < self._moments[host]:
            return False
        del self._moments[host]
        return True

    def _need(self, host: str) -> int:
        """Return how many slots are of use at the host: no more than pages can be in flight."""
        pages = self._flying[host] + len(self._queues.get(host, ()))
        return min(pages, self._options.in_flight)

    def _refresh(self) -> None:
        now = time.monotonic()
        if now < self._ask_at:
            return
        wanted = {
            host: (self._need(host), self._flying[host]) for host in {*self._queues, *self._slots}
        }
        granted = self._ports.slots(wanted)
        self._wanted = {host: want for host, (want, _) in wanted.items()}
        self._slots = {host: slots for host, slots in granted.items() if slots}
        hungry = any(not self._slots.get(host) for host in self._queues)
        self._ask_at = now + (HURRY if hungry else REFRESH)
