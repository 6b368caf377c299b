"""The load of a storm: processes of many kinds, each driven to its end by a client of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.invariants import ENDED
from tests.site import truth
from tests.storm.caller import StormCaller
from tests.storm.follower import RecordsFollower
from tests.storm.options import StormOptions

POLL_EVERY = 0.4  # seconds
FORMATS = ("jsonl", "json", "csv", "xml", "xlsx")
COUNTERS = (
    "requestCount", "responseCount", "recordCount", "failedCount", "emptyCount", "blockedCount",
    "cost",
)  # fmt: skip


@dataclass
class DrivenRun:
    """A process as its client drove and saw it. ``receipt`` is the answer of its cancel.

    ``settled``: whether its records are followed as they are settled, or as they come.
    """

    number: int | str
    shop: truth.Shop
    output: str
    chrome: bool
    limited: int | None
    cancel_at: int | None
    settled: bool = True
    id: str = ""
    followed: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    receipt: dict[str, Any] | None = None
    canceled_at: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages the whole process has."""
        return self.shop.pages * (1 + self.shop.items)


def plan_run(seed: int, number: int, accounts: int) -> DrivenRun:
    """Return the process of this number, which follows from the seed alone."""
    rng = Random(f"{seed}/{number}")  # noqa: S311 - a repeatable choice, no secret
    chrome = rng.random() < 0.05
    pages = 1 if chrome else rng.randint(2, 5)
    items = rng.randint(3, 6) if chrome else rng.randint(9, 11)
    limited = rng.randrange(accounts) if rng.random() < 0.15 and not chrome else None
    shop = truth.Shop(pages, items, tag=str(number))
    cancels = limited is None and rng.random() < 0.12
    cancel_at = rng.randint(0, shop.pages * shop.items) if cancels else None
    output = "jsonl" if cancels else rng.choice(FORMATS)
    return DrivenRun(number, shop, output, chrome, limited, cancel_at, settled=number % 2 == 0)


class StormLoad:
    """Runs so many processes, ``given.at_once`` at a time, as fast as ``may`` allows."""

    def __init__(
        self,
        given: StormOptions,
        callers: list[StormCaller],
        *,
        site: str,
        hook: str,
        top_up: Callable[[int], None],
    ) -> None:
        self._given, self._callers = given, callers
        self._site, self._hook, self._top_up = site, hook, top_up
        self.runs: list[DrivenRun] = []
        self._given_up = threading.Event()
        self._futures: list[Future[None]] = []

    def run(self, may: Callable[[int], bool]) -> None:
        """Run them all to their ends; number n starts when ``may(n)`` says so."""
        with ThreadPoolExecutor(self._given.at_once) as pool:
            turns = threading.Semaphore(self._given.at_once)
            for number in range(self._given.processes):
                turns.acquire()
                while not may(number):
                    time.sleep(POLL_EVERY)
                run = plan_run(self._given.seed, number, len(self._callers) - 1)
                future = pool.submit(self.drive, run)
                future.add_done_callback(lambda _: turns.release())
                self._futures.append(future)
        for future in self._futures:
            future.result()

    def give_up(self, running: threading.Thread) -> None:
        """Let ``running`` wait for no process any more: what has not ended, the invariants find."""
        self._given_up.set()
        running.join()
        self._given_up.clear()

    @property
    def ended(self) -> int:
        """How many have come to their end."""
        return sum(future.done() for future in self._futures)

    def payload(self, run: DrivenRun) -> dict[str, Any]:
        """Return the payload of a process."""
        payload: dict[str, Any] = truth.payload(run.shop, self._site, output=run.output)
        payload["request"]["type"] = "chrome" if run.chrome else "base"
        return payload

    def drive(self, run: DrivenRun) -> None:
        """Run one process to its end, as its client."""
        self.runs.append(run)
        caller = self._callers[0 if run.limited is None else 1 + run.limited]
        envelope = {"payload": self.payload(run), "webhook": f"{self._hook}/{run.number}"}
        task = caller.until_done("POST", "/task/create", json=envelope)
        # A run whose answer was lost is asked for again: the key finds what was accepted.
        once = {"Idempotency-Key": f"run-{run.number}"}
        process = caller.until_done("POST", f"/task/{task['id']}/run", headers=once)
        run.id = process["id"]
        follower = RecordsFollower(caller, run.id, settled=run.settled)
        while not (self._over(run, caller) and follower.over) and not self._given_up.is_set():
            follower.read()
            time.sleep(POLL_EVERY)
        run.followed, run.wrong = follower.got, run.wrong + follower.wrong

    def _over(self, run: DrivenRun, caller: StormCaller) -> bool:
        answer = caller.once("GET", f"/process/{run.id}/info")
        if answer is None or not answer.ok:
            return False
        see(run, answer.json())
        if run.seen["status"] == "pending" and run.limited is not None:
            self._top_up(run.limited)
        if run.cancel_at is not None and run.receipt is None:
            self._maybe_cancel(run, caller)
        return run.seen["status"] in ENDED and bool(run.seen["results"])

    @staticmethod
    def _maybe_cancel(run: DrivenRun, caller: StormCaller) -> None:
        if run.seen["responseCount"] >= (run.cancel_at or 0) or run.seen["status"] in ENDED:
            answer = caller.once("POST", f"/process/{run.id}/cancel")
            if answer is not None and answer.ok:
                run.canceled_at = time.time()
                run.receipt = answer.json()
                see(run, run.receipt)


def see(run: DrivenRun, now: dict[str, Any]) -> None:
    """Take down what the API says of a process, and what of it can't be true."""
    before = run.seen
    for name in COUNTERS:
        if now[name] < before.get(name, 0):
            run.wrong.append(f"{name} went back from {before[name]} to {now[name]}")
    if before.get("status") in ENDED and now["status"] != before["status"]:
        run.wrong.append(f"{before['status']} became {now['status']}")
    run.seen = now
