"""The ports of one slice on real parts: its frontier in Postgres, its fetcher, its heartbeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from schemas.slice import Batch, Claim, OpenSlice, Outcome
from workers import celery, frontier
from workers.db import Database
from workers.errors import DatabaseUnavailable, StaleSlice
from workers.fetchers.base import Fetcher
from workers.fetchers.proxies import ProxyPool
from workers.frontier import Limits, hosts
from workers.log import get_logger
from workers.metrics import Metrics
from workers.processes.advance import AHEAD, Prices, advance
from workers.queues import FETCHING

BEAT = 1.0  # seconds between heartbeats
FRESH = 2.5  # seconds for which a seen fence allows requests to leave
PATIENCE = 12.0  # seconds for which Postgres is asked again while it is away; less than a lease
PAUSE = 0.5  # seconds between those tries
FAIR = 2.0  # seconds a slice has for itself before it makes room for those that wait
HORIZON = 2.0  # seconds: a host's moment further away is left to a later slice

log = get_logger()
Result = TypeVar("Result")


def patiently(call: Callable[[], Result]) -> Result:
    """Return what ``call`` returns, waiting for a Postgres that is away; it may run twice."""
    began = time.monotonic()
    while True:
        try:
            return call()
        except DatabaseUnavailable:
            if time.monotonic() - began > PATIENCE:
                raise
            time.sleep(PAUSE)


class Heartbeat:
    """A thread that keeps the slice alive and knows when its fence was last seen standing."""

    def __init__(self, database: Database, slice_: OpenSlice) -> None:
        self._database, self._slice = database, slice_
        self._end = threading.Event()
        self._began = self._seen = time.monotonic()
        self.others_wait = False
        self._stale = False
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.wait(BEAT):
            asked = time.monotonic()
            try:
                frontier.beat(self._database, self._slice)
            except StaleSlice:
                self._stale = True
                return
            except DatabaseUnavailable:
                continue
            self._seen = asked
            if asked - self._began > FAIR:
                self.others_wait = self._others_wait()

    def _others_wait(self) -> bool:
        """Whether others wait for what works here; files make room for nobody."""
        fetcher = self._slice.queue
        return fetcher in FETCHING and celery.others_wait(fetcher, self._slice.process_id, AHEAD)

    def check(self) -> bool:
        """Whether requests may leave; raises ``StaleSlice`` once the fence is gone."""
        if self._stale:
            raise StaleSlice
        return time.monotonic() - self._seen < FRESH

    def stop(self) -> None:
        """End the thread; the slice is closed or left to the sweep."""
        self._end.set()
        self._thread.join(timeout=5)


class PostgresPorts:
    """What ``workers.crawl.Ports`` asks for, on real parts."""

    def __init__(
        self,
        database: Database,
        slice_: OpenSlice,
        *,
        fetcher: Fetcher,
        asker: Fetcher,
        limits: Limits,
        prices: Prices,
        host_concurrency: int,
        proxies: ProxyPool,
        keep: Callable[[int, bytes], str | None],
        stopping: Callable[[], bool],
        metrics: Metrics,
    ) -> None:
        self.fetcher, self.asker = fetcher, asker
        self._stopping = stopping
        self._database, self._slice = database, slice_
        self._limits, self._prices = limits, prices
        self._host_concurrency = host_concurrency
        self._proxies, self._keep = proxies, keep
        self._metrics = metrics
        self._heart = Heartbeat(database, slice_)

    def claim(self, limit: int, *, idle: bool) -> Claim:
        """Claim pages; those of a claim whose answer was lost go back when the slice ends."""
        with self._metrics.timed("gristmill_claim_seconds"):
            return patiently(
                lambda: frontier.claim(self._database, self._slice, limit, self._limits, idle=idle)
            )

    def commit(self, batch: Batch) -> Claim | None:
        """Commit, waiting for a Postgres that is away: a page done is not to be fetched again."""
        stored = replace(batch, outcomes=tuple(map(self._with_copy, batch.outcomes)))
        began = time.monotonic()
        claim = patiently(
            lambda: frontier.commit(self._database, self._slice, stored, self._limits)
        )
        self._metrics.observe("gristmill_commit_seconds", time.monotonic() - began)
        self._metrics.observe("gristmill_commit_pages", len(batch.outcomes))
        for outcome in batch.outcomes:
            verdict = outcome.verdict if outcome.step == "done" else outcome.step
            self._metrics.count("gristmill_pages", verdict=verdict)
        return claim

    def _with_copy(self, outcome: Outcome) -> Outcome:
        """Return the outcome with its page stored, where it is one to look at later."""
        body = outcome.page_copy
        if body is None or outcome.step != "done":
            return outcome
        key = patiently(lambda: self._keep(outcome.page_id, body))
        return replace(outcome, page_copy=None, page_copy_key=key)

    def admit(self, page_ids: Sequence[int], *, again: bool = False) -> None:
        """Count requests that robots.txt allows, or second ones."""
        patiently(lambda: frontier.admit(self._database, self._slice, page_ids, again=again))

    def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
        """Take slots at hosts from those that the whole pool shares."""
        slice_id, allowed = self._slice.slice_id, self._host_concurrency
        return patiently(
            lambda: hosts.take_slots(self._database, slice_id, wanted, allowed=allowed)
        )

    def moment(self, host: str, delay: float) -> float | None:
        """Take the host's next moment if it comes soon."""
        wait = patiently(
            lambda: hosts.take_moment(self._database, host, delay=delay, horizon=HORIZON)
        )
        if wait is not None:
            self._metrics.observe("gristmill_host_wait_seconds", wait)
        return wait

    def known_robots(self, origin: str) -> tuple[int, bytes] | None:
        """Look up what robots.txt said."""
        return patiently(lambda: hosts.find_robots(self._database, origin))

    def save_robots(self, origin: str, status: int, body: bytes, seconds: float) -> None:
        """Keep what robots.txt said."""
        patiently(lambda: hosts.save_robots(self._database, origin, status, body, seconds=seconds))

    def proxy(self, wish: str, host: str) -> str:
        """Choose a proxy, knowing what failed for others."""
        if wish and self._proxies.is_stale(host):
            self._proxies.learn(host, patiently(lambda: hosts.proxy_faults(self._database, host)))
        return self._proxies.choose(wish, host)

    def proxy_failed(self, proxy: str, host: str) -> None:
        """Remember a failure, for the others too."""
        label, faults, seconds = self._proxies.failed(proxy, host)
        patiently(
            lambda: hosts.save_proxy_fault(
                self._database, label, host, faults=faults, seconds=seconds
            )
        )

    def proxy_worked(self, proxy: str, host: str) -> None:
        """Forget its failures."""
        label = self._proxies.worked(proxy, host)
        if label:
            patiently(lambda: hosts.forget_proxy_fault(self._database, label, host))

    def more(self) -> None:
        """Ask for more slices."""
        patiently(lambda: advance(self._database, self._slice.process_id, self._prices))

    def stopping(self) -> bool:
        """Whether to end the slice: the worker ends, or others have waited long enough."""
        return self._stopping() or self._heart.others_wait

    def may_send(self) -> bool:
        """Ask the heartbeat."""
        return self._heart.check()

    def close(self) -> None:
        """End the heartbeat."""
        self._heart.stop()
