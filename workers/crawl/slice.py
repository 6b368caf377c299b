"""The loop of one slice: claim, start, poll, judge, commit, until nothing is left or time is up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from schemas.plan import Plan
from schemas.slice import Batch, Claim, ClaimedPage, Outcome
from workers.crashpoint import around
from workers.crawl.context import SliceContext
from workers.crawl.judge import judge
from workers.crawl.politeness import Politeness
from workers.crawl.ports import CrawlOptions, Ports
from workers.crawl.requests import has_form, request_for
from workers.crawl.robots import RobotsGate
from workers.errors import FetchError
from workers.fetchers.base import Exchange

COMMIT_EVERY = 0.25  # seconds between commits while pages come in
COMMIT_SHARE = 4  # times as long as a commit took is the least pause after it
RAREST_COMMIT = 2.0  # seconds between commits, however long they take
COMMIT_SIZE = 64  # outcomes that are worth a commit at once
CLAIM_AGAIN = 0.2  # seconds after a claim that found less than was wanted
LINGER = 0.4  # seconds a slice waits for others' pages before it ends
MORE_EVERY = 1.0  # seconds between calls for help
TICK = 0.1  # seconds a poll waits at most
LONGEST_CLAIM = 128  # pages held at once, so that others find some too


@dataclass(slots=True)
class _Progress:
    """What the loop remembers between its steps; times are of the monotonic clock."""

    began: float
    committed_at: float
    pause: float = COMMIT_EVERY
    claim_at: float = 0.0
    more_at: float = 0.0
    idle_since: float | None = None
    starved: bool = False
    over: bool = False
    alone: bool = False  # whether the last claim was of a page that none may go beside
    done: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    flying: dict[int, tuple[ClaimedPage, str]] = field(default_factory=dict)


class Slice:
    """The loop of one slice."""

    def __init__(
        self, plan: Plan, ports: Ports, options: CrawlOptions, chrome_hosts: frozenset[str]
    ) -> None:
        self.plan, self.ports, self.options = plan, ports, options
        self.gate = RobotsGate(plan, ports, options)
        self.context = SliceContext(
            plan=plan,
            options=options,
            allows=self.gate.allows,
            chrome_hosts=set(chrome_hosts),
        )
        self.politeness = Politeness(plan, ports, options, self.gate.delay)
        now = time.monotonic()
        self.at = _Progress(began=now, committed_at=now)
        self.cookies = ports.fetcher.cookies()

    def run(self) -> bool:
        """Run until the slice is over; returns whether the account ran out of credits."""
        while not self._over():
            self._commit_and_claim()
            if self._over():
                break  # the last page was committed: nothing will come of a poll
            self._start()
            for exchange in self._poll():
                self._take(exchange)
        return self.at.starved

    def _poll(self) -> list[Exchange]:
        ended = list(self.ports.fetcher.poll(self.politeness.pause(TICK)))
        if self.gate.asking and self.ports.asker is not self.ports.fetcher:
            ended += self.ports.asker.poll(TICK)
        return ended

    def _ending(self) -> bool:
        late = time.monotonic() - self.at.began > self.options.seconds
        return late or self.ports.stopping()

    def _over(self) -> bool:
        """Nothing in flight or uncommitted, and no time left, or nothing to do for a while."""
        if self.at.flying or self.at.outcomes or self.gate.asking:
            self.at.idle_since = None
            return False
        if self._ending():
            return True
        if self.politeness.waiting or self.gate.waiting:
            self.at.idle_since = None
            return False
        now = time.monotonic()
        if self.at.idle_since is None:
            self.at.idle_since = now
        return self.at.starved or self.at.over or now - self.at.idle_since > LINGER

    def _commit_and_claim(self) -> None:
        """Commit what is due and claim what is wanted, in one transaction where both are."""
        limit = self._hunger()
        if self.at.outcomes and (limit or self._due()):
            self._commit(limit or self._refill() or self._step())
        elif limit:
            self._keep(self.ports.claim(limit, idle=self._idle()), limit)

    def _held(self) -> int:
        return self.politeness.waiting + self.gate.waiting

    def _idle(self) -> bool:
        return not self.at.flying and not self._held()

    def _hunger(self) -> int:
        """Return how many pages to claim now, be it in a transaction of its own; 0 for none."""
        early = time.monotonic() < self.at.claim_at
        return 0 if early or self._held() > self.options.in_flight // 2 else self._refill()

    def _refill(self) -> int:
        """Return how many pages to claim when a commit is under way anyway; 0 for none."""
        appetite, held = self._appetite(), self._held()
        if self._ending() or held > appetite // 2 or (self.at.alone and not self._idle()):
            return 0
        return appetite - held

    def _step(self) -> int:
        """Return 1 when a next page may have been found: it goes now, for it leads to more."""
        return int(not self._ending() and any(one.candidates for one in self.at.outcomes))

    def _keep(self, claim: Claim, limit: int) -> None:
        """Let claimed pages wait for their turn."""
        now = time.monotonic()
        self.at.starved, self.at.over = claim.starved, claim.over
        self.at.alone = any(page.alone for page in claim.pages)
        if len(claim.pages) < limit:
            self.at.claim_at = now + CLAIM_AGAIN
        elif limit > 1 and now >= self.at.more_at:
            self.ports.more()
            self.at.more_at = now + MORE_EVERY
        for page in claim.pages:
            if self.gate.stops(page):
                self.gate.add(page)
            else:
                self.politeness.add(page)

    def _appetite(self) -> int:
        """Return how many pages to hold: about two seconds of work at the pace seen so far."""
        pace = self.at.done / max(1.0, time.monotonic() - self.at.began)
        return max(self.options.in_flight, min(LONGEST_CLAIM, int(2 * pace)))

    def _start(self) -> None:
        if not self.ports.may_send() or self._ending():
            return
        admitted, denied = self.gate.admit()
        for page in admitted:
            self.politeness.add(page)
        self.at.outcomes += denied
        for page in self.politeness.ready(self.options.in_flight - len(self.at.flying)):
            collection = self.plan.collections[page.collection]
            proxy = self.ports.proxy(collection.request.proxy, page.host)
            if not self.ports.may_send():  # what was asked since may have taken long
                self.politeness.add(page)
                continue
            self.at.flying[page.id] = (page, proxy)
            self.politeness.fly(page)
            request = request_for(page, self.plan, self.options, proxy)
            if page.host in self.context.lenient_hosts:
                request = replace(request, lenient=not has_form(request))
            with around("request"):
                self.ports.fetcher.start(request)

    def _take(self, exchange: Exchange) -> None:
        if self.gate.take(exchange):
            return
        page, proxy = self.at.flying.pop(exchange.key)
        self.politeness.land(page)
        if exchange.error is not None and self._reads_again(page, exchange.error):
            return
        outcome = judge(page, exchange, self.context)
        if proxy and outcome.charged:
            self.ports.proxy_worked(proxy, page.host)
        elif proxy and (exchange.error is not None or outcome.verdict == "blocked"):
            self.ports.proxy_failed(proxy, page.host)
        self.at.outcomes.append(outcome)
        self.at.done += 1

    def _reads_again(self, page: ClaimedPage, error: FetchError) -> bool:
        """Ask for the page once more where that helps to read it: counted, and paced as any."""
        if not error.lenient:
            return False
        if has_form(request_for(page, self.plan, self.options, "")):
            return False  # it is not sent twice
        self.context.note_malformed(page.host, error)
        self.ports.admit([page.id], again=True)
        self.politeness.add(page)
        return True

    def _due(self) -> bool:
        """Whether to commit now: often enough, or because the slice needs the pages it found."""
        if len(self.at.outcomes) >= COMMIT_SIZE or not self.at.flying:
            return True
        if time.monotonic() - self.at.committed_at >= self.at.pause:
            return True
        return not self.politeness.waiting and any(
            o.details or o.candidates for o in self.at.outcomes
        )

    def _commit(self, limit: int) -> None:
        jar, began = self.ports.fetcher.cookies(), time.monotonic()
        claim = self.ports.commit(
            Batch(
                outcomes=tuple(self.at.outcomes),
                cookies=jar if jar != self.cookies else None,
                chrome_hosts=tuple(self.context.chrome_hosts),
                notes=tuple(self.context.notes),
                limit=limit,
                idle=self._idle(),
            )
        )
        self.cookies = jar
        self.context.notes = []
        self.at.outcomes = []
        self.at.committed_at, self.at.claim_at = time.monotonic(), 0.0
        self.at.pause = pause_after(self.at.committed_at - began)
        if claim is not None:
            self._keep(claim, limit)


def pause_after(took: float) -> float:
    """Return how many seconds to leave between a commit that took so long and the next.

    Commits of one process follow one another; when many slices work on it they would wait for each
    other rather than for the site, and fewer, larger commits are the cure.
    """
    return min(RAREST_COMMIT, max(COMMIT_EVERY, COMMIT_SHARE * took))


def run_slice(
    plan: Plan, ports: Ports, options: CrawlOptions, chrome_hosts: frozenset[str]
) -> bool:
    """Run one slice to its end; True when the account could not pay for another page."""
    try:
        return Slice(plan, ports, options, chrome_hosts).run()
    finally:
        ports.fetcher.close()
        ports.asker.close()
