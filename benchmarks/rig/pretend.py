"""Pretended workers: real slices of processes on real connections, with fetches that only wait.

A program of its own with some threads, each a worker child: it takes a hint from the broker, opens
a slice, claims, waits as long as slow sites would take, judges a small page, commits, closes, asks
what comes next. It ends when its standard input does, and prints what its slices took, as JSON.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import sys
import threading
import time
from collections.abc import Sequence
from itertools import cycle

import redis

from workers import frontier, processes
from workers.crawl import run_slice
from workers.errors import GristmillError, StaleSlice
from workers.fetchers.base import Exchange, FetchRequest, Response
from workers.log import configure
from workers.metrics import Metrics
from workers.processes import advance
from workers.queues import FETCHING
from workers.runtime import identity
from workers.runtime.wiring import database, open_ports, options_for, prices
from workers.settings import settings

PAGE = b"<html><body><div class=card><h3><a href='/x'>One</a></h3></div></body></html>"
HEADERS = (("content-type", "text/html; charset=utf-8"),)
QUEUES = FETCHING["base"].queues
KEPT = {"gristmill_claim_seconds": "claim", "gristmill_commit_seconds": "commit"}


class SlowSites:
    """A fetcher whose every page comes after about ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._flying: dict[int, tuple[float, FetchRequest]] = {}

    @property
    def in_flight(self) -> int:
        """How many pages are waited for."""
        return len(self._flying)

    def start(self, request: FetchRequest) -> None:
        """Begin to wait for a page."""
        takes = self._seconds * random.uniform(0.5, 1.5)  # noqa: S311 - a site's mood
        self._flying[request.key] = (time.monotonic() + takes, request)

    def poll(self, timeout: float) -> Sequence[Exchange]:
        """Return the pages that came within ``timeout`` seconds."""
        first = min((due for due, _ in self._flying.values()), default=time.monotonic() + timeout)
        time.sleep(max(0.0, min(timeout, first - time.monotonic())))
        over = [key for key, (due, _) in self._flying.items() if due <= time.monotonic()]
        return [self._answer(self._flying.pop(key)[1]) for key in over]

    def _answer(self, request: FetchRequest) -> Exchange:
        answer = Response(url=request.url, status=200, headers=HEADERS, body=PAGE, milliseconds=1)
        return Exchange(key=request.key, response=answer)

    def cookies(self) -> tuple[str, ...]:
        """No site sets any."""
        return ()

    def close(self) -> None:
        """Forget what was waited for."""
        self._flying.clear()


class Kept(Metrics):
    """Metrics that keep every time they were told."""

    def __init__(self, took: dict[str, list[float]]) -> None:
        super().__init__()
        self._took = took

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Keep claims and commits as milliseconds."""
        if name in KEPT:
            self._took[KEPT[name]].append(value * 1000)
        super().observe(name, value, **labels)


class SlicePool:
    """Threads that take turns until told to end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.took: dict[str, list[float]] = {"claim": [], "commit": [], "slice": []}
        self.faults: list[str] = []

    def run(self, threads: int, settle: float) -> None:
        """Run so many workers until the standard input ends; their first seconds do not count."""
        forget = threading.Timer(settle, self._forget)
        forget.daemon = True
        forget.start()
        crew = [threading.Thread(target=self._work) for _ in range(threads)]
        for one in crew:
            one.start()
        sys.stdin.read()
        identity.stop()
        for one in crew:
            one.join()

    def _forget(self) -> None:
        """Leave out the first connections, and what is planned once on each."""
        for times in self.took.values():
            times.clear()

    def _work(self) -> None:
        broker = redis.Redis.from_url(settings().redis_url)
        orders = cycle([QUEUES[at:] + QUEUES[:at] for at in range(len(QUEUES))])  # as kombu does
        while not identity.stopping():
            found = broker.brpop(list(next(orders)), timeout=1)
            if found:
                body = json.loads(base64.b64decode(json.loads(found[1])["body"]))
                try:
                    self._slice(body[0][0])
                except (GristmillError, StaleSlice) as error:
                    self.faults.append(repr(error))

    def _slice(self, process_id: str) -> None:
        """Do as ``workers.jobs`` does."""
        began = time.monotonic()
        slice_ = frontier.open_slice(database(), process_id, queue="base", worker=identity.me())
        if slice_ is not None:
            metrics = Kept(self.took)
            plan = processes.plan_of(slice_, name=process_id)
            ports = open_ports(slice_, plan, metrics)
            ports.fetcher.close()
            ports.fetcher = ports.asker = SlowSites(self._seconds)
            try:
                options = options_for("base", fallback=False)
                starved = run_slice(plan, ports, options, slice_.chrome_hosts)
                frontier.close_slice(database(), slice_, starved=starved)
            finally:
                ports.close()
                metrics.flush(database())
        advance.advance(database(), process_id, prices())
        self.took["slice"].append((time.monotonic() - began) * 1000)


def main() -> None:
    """Work until the standard input ends, then print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=2.0, help="mean time of a page")
    parser.add_argument("--settle", type=float, default=0.0, help="seconds that do not count")
    given = parser.parse_args()
    configure(settings())
    pool = SlicePool(given.seconds)
    pool.run(given.threads, given.settle)
    cpu = sum(os.times()[:2])
    json.dump({"took": pool.took, "faults": pool.faults, "cpu": cpu}, sys.stdout)


if __name__ == "__main__":
    main()
