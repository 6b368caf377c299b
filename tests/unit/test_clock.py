import threading
from collections.abc import Callable
from typing import Never

import pytest

from workers import clock
from workers.clock import Clock
from workers.settings import Settings


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[[Clock], threading.Thread]:
    """Start a clock that ticks fast and reaches no database."""
    monkeypatch.setattr(clock, "TICK", 0.01)
    monkeypatch.setattr(clock, "database", lambda: None)
    monkeypatch.setattr(clock.presence, "gone", lambda *_: None)

    def run(made: Clock) -> threading.Thread:
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        return thread

    return run


def test_who_waits_for_the_storage_lets_nobodys_work_wait(
    start: Callable[[Clock], threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A storage that hangs for half a minute is asked by a thread of its own."""
    hanging, swept = threading.Event(), threading.Semaphore(0)
    made = Clock(Settings())
    monkeypatch.setattr(made, "tidy", lambda _: hanging.wait(30))
    monkeypatch.setattr(made, "sweep", lambda _: swept.release())
    thread = start(made)

    assert all(swept.acquire(timeout=5) for _ in range(5))
    hanging.set()
    made.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_clock_that_can_not_tidy_any_more_ends(
    start: Callable[[Clock], threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that its supervisor starts one that can."""

    def fail(_: object) -> Never:
        raise LookupError

    made = Clock(Settings())
    monkeypatch.setattr(made, "tidy", fail)
    monkeypatch.setattr(made, "sweep", lambda _: None)
    thread = start(made)
    thread.join(5)

    assert not thread.is_alive()
