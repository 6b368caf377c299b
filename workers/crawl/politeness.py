"""Politeness to target hosts: how many requests at once and how far apart, over all workers."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable

from schemas.plan import Plan
from schemas.slice import ClaimedPage
from workers.crawl.ports import CrawlOptions, Ports

REFRESH = 1.0  # seconds for which a grant of slots is taken as it is
MARGIN = 0.25  # seconds at most, a tenth of the delay, that moments are further apart than it
LATE = 0.5  # seconds for which a request may be on its way until its host sees it
HURRY = 0.25  # seconds until a slice without any slot asks again


class Politeness:
    """The pages that wait for a slot or a moment at their host."""

    def __init__(
        self,
        plan: Plan,
        ports: Ports,
        options: CrawlOptions,
        asked_delay: Callable[[ClaimedPage], float],
    ) -> None:
        """``asked_delay``: the seconds between two requests that the page's site asks for."""
        self._asked_delay = asked_delay
        self._plan, self._ports, self._options = plan, ports, options
        self._queues: dict[str, deque[ClaimedPage]] = {}
        self._flying: Counter[str] = Counter()
        self._slots: dict[str, int] = {}
        self._wanted: dict[str, int] = {}
        self._ask_at = 0.0
        self._moments: dict[str, float] = {}
        self._far: dict[str, float] = {}
        self._spacing: dict[str, float] = {}
        self._floor: dict[str, float] = {}
        self._left: dict[str, float] = {}
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
        wanted = self._wanted.get(page.host, 0)
        if wanted <= granted < most and self._flying[page.host] + len(queue) > granted:
            self._ask_at = 0.0

    def fly(self, page: ClaimedPage) -> None:
        """Count ``page`` as in flight."""
        self._flying[page.host] += 1
        if page.host in self._spacing:
            self._left[page.host] = time.monotonic()
            self._hold(page.host, self._left[page.host])

    def land(self, page: ClaimedPage) -> None:
        """Count ``page`` as back."""
        self._flying[page.host] -= 1
        if page.host in self._spacing:
            # By now its host has seen it, at the latest.
            now = time.monotonic()
            self._hold(page.host, min(now, self._left.get(page.host, now) + LATE))

    def _hold(self, host: str, since: float) -> None:
        """Let nothing leave for ``host`` until its delay has passed ``since`` then."""
        self._floor[host] = max(self._floor.get(host, 0.0), since + self._spacing[host])

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
        wanted = self._plan.collections[page.collection].request.delay
        asked = self._asked_delay(page)
        if not (wanted or asked or self._options.host_delay):
            return True
        delay = max(self._options.host_delay, wanted, asked)
        self._spacing[host] = delay
        if host not in self._moments and not self._take_moment(host):
            return False
        if time.monotonic() < self._due(host):
            return False
        del self._moments[host]
        return True

    def _take_moment(self, host: str) -> bool:
        """Take the host's next moment; False while it is so far away that others may have it."""
        if time.monotonic() < self._far.get(host, 0.0):
            return False
        delay = self._spacing[host]
        wait = self._ports.moment(host, spaced(delay))
        if wait is None:
            self._far[host] = time.monotonic() + REFRESH
            return False
        self._moments[host] = time.monotonic() + wait
        return True

    def _due(self, host: str) -> float:
        """Return when the next request may leave: at its moment, but a delay after the last one.

        A busy machine lets a request leave late, and the pool's moments know nothing of that.
        """
        return max(self._moments[host], self._floor.get(host, 0.0))

    def pause(self, most: float) -> float:
        """Return the seconds until a page's moment comes, ``most`` at most."""
        if not self._moments:
            return most
        now = time.monotonic()
        return min([most, *(due - now for due in map(self._due, self._moments) if due > now)])

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


def spaced(delay: float) -> float:
    """Return how far apart the moments of a host are: a little more than ``delay`` seconds.

    Two requests need not be equally long on their way.
    """
    return delay + min(MARGIN, delay / 10)
