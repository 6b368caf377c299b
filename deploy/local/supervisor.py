"""Keeps one part running: starts it, asks whether it serves, and if not, starts it again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from deploy.local.home import Home
from deploy.local.part import Part, PartError
from deploy.local.running import Running

PROBE_EVERY = 2.0  # seconds between two questions to a part that serves
PATIENCE = 5.5  # seconds without an answer after which a part counts as gone
PAUSES = (0.1, 0.5, 1.0, 2.0, 4.0)  # seconds before each start again
STEADY = 5.0  # seconds of life after which a part's earlier ends are forgotten
LOOK_EVERY = 0.1  # seconds between two questions to one that starts


class Supervisor:
    """A thread that keeps a part running until it is told to stop."""

    def __init__(self, home: Home, part: Part, say: Callable[[str], None]) -> None:
        self.part, self._home, self._say = part, home, say
        self.running: Running | None = None
        self.ready = threading.Event()
        self.trouble = ""
        self._stopping = threading.Event()
        self._mended = False
        self._thread = threading.Thread(target=self._run, name=part.name, daemon=True)

    def start(self) -> None:
        """Start to keep the part running."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the part end in good order, and do not start it again; returns at once."""
        self._stopping.set()
        if self.running is not None:
            self.running.ask_to_stop()

    def wait_stopped(self, seconds: float) -> None:
        """Wait until the part has ended; kill what is left of it then."""
        end_by = time.monotonic() + seconds
        self._thread.join(seconds)
        if self.running is not None:
            self.running.wait_stopped(end_by - time.monotonic())
            self.running.kill()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            reason = self._live_once()
            self.ready.clear()
            if self._stopping.is_set():
                return
            failures = 1 if time.monotonic() - began > STEADY else failures + 1
            self.trouble = f"{self.part.name} {reason}"
            self._say(f"{self.trouble}; starting it again")
            self._stopping.wait(PAUSES[min(failures, len(PAUSES)) - 1])

    def _live_once(self) -> str:
        """Start the part and watch it to its end; return what happened to it, in words."""
        try:
            running = Running(self._home, self.part)
        except (PartError, OSError) as error:
            return f"can't start: {error}"
        self.running = running
        if self._stopping.is_set():
            # The stop may have come before there was a process to tell.
            running.ask_to_stop()
        reason = self._watch(running)
        if not self._stopping.is_set():
            running.kill()
            self._mend(running)
        return reason

    def _mend(self, running: Running) -> None:
        """Do what can be done about a part that never served: once, until it does."""
        if self.ready.is_set() or self._mended or not running.failed:
            return
        mended = self.part.mend(running.said())
        if mended:
            self._mended = True
            self._say(f"{self.part.name}: {mended}")

    def _watch(self, running: Running) -> str:
        answered_at, patience = time.monotonic(), self.part.start_seconds
        while running.alive():
            if self._stopping.is_set():
                return "stops"
            if self.part.answers():
                answered_at, patience = time.monotonic(), PATIENCE
                self.ready.set()
                self._mended = False
            elif time.monotonic() > answered_at + patience:
                return f"does not answer{_because(self.part.trouble())}"
            running.wait_ended(PROBE_EVERY if self.ready.is_set() else LOOK_EVERY)
        why = "" if self.ready.is_set() else _because(running.last_words(1))
        return f"ended with {running.ending}{why}"


def _because(words: str) -> str:
    """Return a reason as it is added to what happened."""
    return f" ({words.strip()})" if words.strip() else ""
