"""One storm from start to end: a stack, a load, faults, calm, and the invariants."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.acceptance.client import RunningStack
from tests.builders.receivers import receiver
from tests.site import truth
from tests.site.server import SiteServer
from tests.storm.battlefield import POOLS, Battlefield, kill
from tests.storm.caller import Answers
from tests.storm.clients import StormClients
from tests.storm.event_log import EventLog
from tests.storm.fault_loop import FaultLoop
from tests.storm.fences import post_witness
from tests.storm.fleet import fleet, settled, wait
from tests.storm.invariant_checks import INVARIANTS, Breach, Evidence
from tests.storm.load import DrivenRun, StormLoad
from tests.storm.options import StormOptions
from tests.storm.recovery import Recovery
from tests.storm.stack import relayed_stack

AHEAD = 6  # processes started ahead of the kills, so that there is always something to hit
SAY_EVERY = 15.0  # seconds
CALM_SECONDS = 300.0  # seconds in which everything ends once nothing strikes any more
PAUSE_OF_SITE = 0.25  # seconds a page takes
WARMERS = 6  # processes that warm a stack up, besides one in the browser
GARBAGE_SECONDS = 120.0  # an object that was announced and never finished is kept for a minute
NOT_LIVE = (
    "SELECT (SELECT count(*) FROM objects WHERE state <> 'live')"
    " + (SELECT count(*) FROM tombstones WHERE due_at <= now())"
)
WAITING = "SELECT count(*) FROM deliveries WHERE state = 'waiting'"

Say = Callable[[str], None]


@dataclass
class StormOutcome:
    """What a storm came to."""

    given: StormOptions
    fault_loop: FaultLoop
    load: StormLoad
    answers: Answers
    recovery: Recovery
    calm_after: float
    findings: dict[str, Breach] = field(default_factory=dict)
    repeated: list[int] = field(default_factory=list)
    """For each process, how many of its requests the site had answered before."""

    @property
    def broken(self) -> list[str]:
        """Return what did not hold, in words."""
        return [f"{name}: {what}" for name, one in self.findings.items() for what in one.broken]

    @property
    def charged(self) -> int:
        """How many pages were charged."""
        return sum(int(run.seen["responseCount"]) for run in self.load.runs)


def weather(given: StormOptions, folder: Path, events: EventLog, say: Say) -> StormOutcome:
    """Run a storm over a stack of its own in ``folder``; ``say`` takes lines of progress."""
    say(f"STORM_SEED={given.seed}: {given.kills} kills, {given.processes} processes")
    with SiteServer() as site, receiver() as hooks, relayed_stack(folder, {}) as (stack, relays):
        site.pause = PAUSE_OF_SITE
        post_witness(stack.environment()["DATABASE_URL"])
        clients = StormClients(stack)
        load = StormLoad(
            given, clients.callers, site=site.url, hook=hooks.url, top_up=clients.top_up
        )
        rng = Random(given.seed)  # noqa: S311 - a repeatable choice, no secret
        field = Battlefield(stack, relays, rng)
        # A child that replaces another has the lines of its main open, too: those are not lost.
        kill([pid for pool in POOLS for pid in field.children(pool)])
        events.note("fleet", before := _warmed(load, stack, "before"))
        recovery = Recovery(stack, relays, events)
        loop = FaultLoop(given, field, recovery)
        calm_after = _blow(loop, load, say)
        recovery.stop()
        clients.answers.dark = recovery.dark
        events.note("fleet", _warmed(load, stack, "after"))
        outcome = StormOutcome(given, loop, load, clients.answers, recovery, calm_after)
        _judge(outcome, Evidence.of(stack, site, hooks, load, clients.answers), before)
        return outcome


def _warmed(load: StormLoad, stack: RunningStack, name: str) -> dict[str, int]:
    """Run the same few processes in calm before and after; return what the stack holds then."""
    runs = [
        DrivenRun(
            f"{name}{number}", truth.Shop(2, 9, tag=f"{name}{number}"), "jsonl", chrome, None, None
        )
        for number, chrome in enumerate([True, *[False] * WARMERS])
    ]
    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(load.drive, runs))
    return fleet(stack)


def _blow(loop: FaultLoop, load: StormLoad, say: Say) -> float:
    """Run load and faults against each other; return how long the load took to end after them."""
    over = threading.Event()

    def may(number: int) -> bool:
        return over.is_set() or number < AHEAD + loop.kills * loop.given.processes_a_kill

    loaded = threading.Thread(target=load.run, args=(may,), name="load")
    loaded.start()
    telling = threading.Thread(target=_tell, args=(loop, load, say, over), daemon=True)
    telling.start()
    try:
        loop.blow()
    finally:
        loop.field.calm()
        over.set()
    calm = time.monotonic()
    say(f"calm after {loop.kills} kills in {loop.seconds:.0f} s; waiting for what was accepted")
    loaded.join(CALM_SECONDS)
    if loaded.is_alive():
        load.give_up(loaded)
    return time.monotonic() - calm


def _tell(loop: FaultLoop, load: StormLoad, say: Say, over: threading.Event) -> None:
    while not over.wait(SAY_EVERY):
        say(
            f"{loop.seconds:5.0f} s  {loop.kills} kills, {sum(loop.struck.values())} blows,"
            f" {len(load.runs)} processes started, {load.ended} ended"
        )


def _judge(outcome: StormOutcome, evidence: Evidence, before: dict[str, int]) -> None:
    """Look at everything once what goes on by itself has come to its end."""
    stack = evidence.stack
    wait(lambda: stack.rows(WAITING) == [(0,)], GARBAGE_SECONDS)
    wait(lambda: stack.rows(NOT_LIVE) == [(0,)], GARBAGE_SECONDS)
    for name, invariant in INVARIANTS.items():
        outcome.findings[name] = invariant(evidence)
    back = settled(stack, before)
    outcome.findings["processes, files and connections return to where they were"] = back
    asked = [[path for _, path in requests] for requests in evidence.asked.values()]
    outcome.repeated = [len(paths) - len(set(paths)) for paths in asked]
