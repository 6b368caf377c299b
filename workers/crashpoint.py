"""Crash points: named moments at which a test lets the process die, as by SIGKILL.

``CRASHPOINT=commit.claim.before`` kills every process that comes to that moment, and with ``:3``
behind it at its third time there. Without the setting a crash point does nothing.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from workers.settings import settings

_passed: Counter[str] = Counter()


def crashpoint(name: str) -> None:
    """Die here if that is what ``CRASHPOINT`` asks for."""
    if settings().crashpoint:
        reach(name)


def reach(name: str) -> None:
    """Count that the process came to the point, and die if it came often enough."""
    wanted, _, nth = settings().crashpoint.partition(":")
    _passed[name] += 1
    if name == wanted and _passed[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def around(name: str) -> Iterator[None]:
    """Put a point on either side of a step: ``NAME.before`` and ``NAME.after``."""
    crashpoint(f"{name}.before")
    yield
    crashpoint(f"{name}.after")
