from __future__ import annotations

import signal
import time
from dataclasses import dataclass

import pytest

from tests.builders.recoveries import PRICE, Stopped
from workers.db import Database
from workers.runtime.presence import Watch

PATIENCE = 0.05  # seconds


@dataclass
class BrokerLoop:
    """Stands in for Celery's consumer: it hears, and has room or not."""

    room: bool
    looked_at: float = 0.0

    def free(self) -> bool:
        """Whether there is room."""
        return self.room


@pytest.mark.parametrize(
    ("world", "ended"),
    [((1, "base", 1), 1), ((0, "base", 1), 0), ((1, "chrome", 1), 0), ((1, "base", 0), 0)],
)
def test_a_pool_with_room_that_takes_nothing_while_work_waits_for_it_ends(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    world: tuple[int, str, int],
    ended: int,
) -> None:
    """One that is busy with long slices does not, nor one whose kind of work nobody waits for.

    While the broker is away nobody can take anything.
    """
    room, fetcher, broker = world
    signals: list[int] = []
    monkeypatch.setattr("os.kill", lambda _, number: signals.append(number))
    monkeypatch.setattr("workers.celery.send", lambda *_: True)
    monkeypatch.setattr("workers.celery.serves", lambda: broker)
    monkeypatch.setattr(Watch, "_run", lambda _: None)
    loop = BrokerLoop(bool(room))
    watch = Watch("", "some", loop, fetcher=fetcher, patience=PATIENCE, browser=False)
    Stopped(database, 20 * PRICE)
    time.sleep(2 * PATIENCE)
    watch.judge(database)
    watch.took()
    watch.judge(database)

    assert signals == [signal.SIGTERM] * ended
