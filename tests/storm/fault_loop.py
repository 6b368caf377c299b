"""The fault loop: strikes in seeded random order until its kills are dealt or its time is up."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

from deploy.local import proc
from tests.storm.battlefield import Battlefield
from tests.storm.faults import FAULTS
from tests.storm.options import StormOptions
from tests.storm.recovery import Recovery


class FaultLoop:
    """``struck`` counts blows that hit something, ``missed`` those that found nothing to hit."""

    def __init__(self, given: StormOptions, field: Battlefield, recovery: Recovery) -> None:
        self.given, self.field, self._recovery = given, field, recovery
        self._rng = Random(given.seed)  # noqa: S311 - a repeatable choice, no secret
        self._round: list[str] = []
        self.struck: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.seconds = 0.0

    @property
    def kills(self) -> int:
        """How many kills were dealt."""
        return sum(count for name, count in self.struck.items() if FAULTS[name].kills)

    def blow(self) -> None:
        """Strike until the storm is over."""
        began = time.monotonic()
        while self.kills < self.given.kills:
            self.seconds = time.monotonic() - began
            if self.seconds > self.given.minutes * 60:
                break
            self._strike(self._next())
            if self.given.singly:
                self.field.wait_undone()
                self._recovery.wait_over()
            time.sleep(self.given.pause * (0.3 + 1.4 * self._rng.random()))

    def _next(self) -> str:
        """Every fault comes as often as it weighs in each round, in an order of its own."""
        if not self._round:
            self._round = [name for name, fault in FAULTS.items() for _ in range(fault.weight)]
            self._rng.shuffle(self._round)
        return self._round.pop()

    def _strike(self, name: str) -> None:
        fault = FAULTS[name]
        parents = {one.pid: one.parent for one in proc.all_processes().values()}
        hit = list(fault.strike(self.field))
        (self.struck if hit else self.missed)[name] += 1
        self._recovery.events.note("struck", name, *hit)
        # A main's children end with it: the supervisor leaves nobody behind.
        workers = [pid for pid in self._recovery.holders if {pid, parents.get(pid)} & set(hit)]
        self._recovery.struck(name, workers)
        if hit and fault.service:
            self._recovery.lost(name, fault.service)
