from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from workers.runtime import presence
from workers.runtime.presence import CERTAIN, DEAF, Watch


@dataclass
class ConsumerLoop:
    """Stands in for Celery's consumer."""

    looked_at: float = 0.0

    def free(self) -> bool:
        """Have room."""
        return True


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the statuses that this process would have ended with."""
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr(Watch, "_run", lambda _: None)
    return ended


def watch(loop: ConsumerLoop, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Return a watch that began an hour ago."""
    made = Watch("", "crawl", loop, fetcher="base", patience=60, browser=False)
    now = time.monotonic() + 3600
    monkeypatch.setattr(time, "monotonic", lambda: now)
    return made


def test_a_loop_that_is_deaf_to_a_broker_that_answers_is_killed(
    monkeypatch: pytest.MonkeyPatch, killed: list[int]
) -> None:
    """It can't be asked to end, for its signals are handled in that loop."""
    monkeypatch.setattr(presence.celery, "serves", lambda: True)
    made = watch(ConsumerLoop(), monkeypatch)
    for _ in range(CERTAIN - 1):
        made.listen()
    before = list(killed)
    made.listen()

    assert (before, killed) == ([], [1])


def test_who_hears_from_the_broker_or_waits_for_its_return_lives(
    monkeypatch: pytest.MonkeyPatch, killed: list[int]
) -> None:
    """A broker that is away for long is nobody's fault; a word in between makes all good."""
    answers = iter([True, True, False, True, True])
    monkeypatch.setattr(presence.celery, "serves", lambda: next(answers))
    loop = ConsumerLoop()
    made = watch(loop, monkeypatch)
    for _ in range(5):
        made.listen()
    loop.looked_at = time.monotonic() - DEAF / 2
    for _ in range(CERTAIN):
        made.listen()

    assert killed == []
