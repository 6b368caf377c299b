"""What a part of the stack is: how it is started, asked, and stopped."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class PartError(Exception):
    """A part can't start; the message says which, and why."""


def _always() -> bool:
    return True


def _nothing() -> None:
    return None


def _no_words() -> str:
    return ""


def _no_cure(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One long-running program of a stack. Times are seconds."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 2.0
    start_seconds: float = 30.0
    sockets: tuple[socket.socket, ...] = ()
    """What it inherits, under the same numbers."""
    prepare: Callable[[], None] = _nothing
    """Runs before each start, when nothing of the part is alive: make data, clear stale locks."""
    answers: Callable[[], bool] = _always
    """Whether it serves; must end by itself within seconds."""
    trouble: Callable[[], str] = _no_words
    """Why it did not serve when it was last asked, in words; "" when that is not known."""
    mend: Callable[[str], str] = _no_cure
    """Called with what it said when it ended before it ever served; returns what was mended."""
