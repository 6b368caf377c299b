"""When a service was away: nobody can go on without it, whatever else was mended meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Outage:
    """From a blow to a service until it answers again."""

    began: float = field(default_factory=time.monotonic)
    ended: float = float("inf")

    def over(self) -> None:
        """Note that it answers."""
        self.ended = time.monotonic()


def away(outages: list[Outage], since: float, until: float) -> float:
    """Return for how many seconds between ``since`` and ``until`` any service was away."""
    seconds = 0.0
    for outage in sorted(outages, key=lambda outage: outage.began):
        began, ended = max(outage.began, since), min(outage.ended, until)
        if ended > began:
            seconds, since = seconds + ended - began, ended
    return seconds
