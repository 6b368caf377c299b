"""A stack ends in time, however slow its parts are: a platform kills what takes longer."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from deploy.local import stack
from deploy.local.home import Home


@dataclass
class StopClock:
    """Time that passes only while somebody waits."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Stubborn:
    """A part that uses all the time that it is given."""

    name: str
    clock: StopClock
    given: float = 0.0
    part: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(stop_seconds=4.5))

    def ask_to_stop(self) -> None:
        """Be told, and go on."""

    def wait_stopped(self, seconds: float) -> None:
        self.given = seconds
        self.clock.now += seconds


def test_parts_that_do_not_end_are_given_less_time_rather_than_the_stack_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last ones, the database among them, still have a moment to end in good order."""
    clock = StopClock()
    monkeypatch.setattr(stack, "time", clock)
    monkeypatch.setattr(stack.proc, "end", lambda _: None)
    listener = SimpleNamespace(getsockname=lambda: ("127.0.0.1", 8000), close=lambda: None)
    whole = stack.Stack(Home(tmp_path), cast("socket.socket", listener), {}, say=print)
    parts = {n: Stubborn(n, clock) for phase in stack.STOP_PHASES for n in phase}
    monkeypatch.setattr(whole, "_supervisors", parts)
    whole.stop()

    assert clock.now <= stack.STOP_WITHIN < 10
    assert parts["database"].given >= stack.LEAST
