"""The clock: a loop that sweeps. It runs what it finds itself, so that it needs no broker to do so.

What tidies up has a thread of its own: it may wait for the storage, and nobody's work shall wait
for that. Two clocks at once do no harm; none at all only delays what needs mending.
"""

from __future__ import annotations

import signal
import threading
import time
from queue import SimpleQueue

from workers import sweep
from workers.db import Database
from workers.errors import DatabaseUnavailable
from workers.log import get_logger
from workers.program import begin
from workers.runtime import identity, presence
from workers.runtime.wiring import database, prices, storage
from workers.settings import Settings

TICK = 1.0  # seconds between looks at what is due
UPKEEP = 60.0  # seconds between rounds of retention
UPLOADS = 3600.0  # seconds between looks at what was never uploaded whole

log = get_logger()


class Clock:
    """Sweeps until it is asked to end."""

    def __init__(self, given: Settings) -> None:
        self._given = given
        self._end = threading.Event()
        self._next: dict[str, float] = {}

    def stop(self, *_: object) -> None:
        """End after the step at hand."""
        self._end.set()

    def run(self) -> None:
        """Sweep every second; a Postgres that is away is asked again at the next tick."""
        threading.Thread(target=self._run_tidy, name="tidy", daemon=True).start()
        while not self._end.wait(TICK):
            self.sweep(database())
        try:
            presence.gone(database(), self._name)
        except DatabaseUnavailable:
            log.info("clock_ended_without_database")

    def _run_tidy(self) -> None:
        try:
            while not self._end.wait(TICK):
                self.tidy(database())
        except Exception:
            log.exception("tidy_failed")
            self.stop()  # a new clock will tidy, this one never would again

    @property
    def _name(self) -> str:
        return f"clock@{identity.me()}"

    def sweep(self, db: Database) -> None:
        """Find what nobody works on."""
        if self._due("presence", presence.SAY_EVERY):
            sweep.attempt("presence", lambda: presence.say(db, self._name, "clock"))
        sweep.attempt("dead", lambda: sweep.release_dead(db, self._given.lease_seconds))
        sweep.attempt("pending", lambda: sweep.wake_pending(db, prices()))
        sweep.attempt("neglected", lambda: sweep.wake_neglected(db, prices()))
        sweep.attempt("publish", lambda: sweep.wake_publishers(db))
        sweep.attempt("deliveries", lambda: sweep.wake_deliveries(db))

    def tidy(self, db: Database) -> None:
        """Remove what is not needed any more."""
        sweep.attempt("deleted", lambda: sweep.remove_deleted(db))
        sweep.attempt("garbage", lambda: sweep.remove_garbage(db, storage()))
        if self._due("retention", UPKEEP):
            sweep.attempt("retention", lambda: sweep.expire(db, self._given))
        if self._due("uploads", UPLOADS):
            sweep.attempt("uploads", lambda: sweep.abandon_uploads(db, storage()))

    def _due(self, step: str, every: float) -> bool:
        """Whether a step that is not for every tick is due; the next time is ``every`` from now."""
        now = time.monotonic()
        if now < self._next.get(step, 0.0):
            return False
        self._next[step] = now + every
        return True


def main() -> None:
    """Run the clock until SIGTERM or Ctrl-C."""
    clock = Clock(begin())
    asked = SimpleQueue[int]()
    for number in (signal.SIGTERM, signal.SIGINT):
        # An event that a second signal sets within its own setting would wait for itself for ever.
        signal.signal(number, lambda number, _: asked.put(number))
    threading.Thread(target=lambda: clock.stop(asked.get()), daemon=True).start()
    log.info("clock_started")
    clock.run()


if __name__ == "__main__":
    main()
