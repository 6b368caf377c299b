"""Finds processes of a stack that were stopped (SIGSTOP) and kills them, so that they start again.

A stopped pool child would hold its work and its connections for as long as it stays so, while
its main process answers every question.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable

from deploy.local import proc

LOOK_EVERY = 1.0  # seconds
LOOKS = 3  # looks in a row that find a process stopped before it is killed


class StoppedWatch:
    """Looks at everything below the given main processes."""

    def __init__(self, roots: Callable[[], Iterable[int]], say: Callable[[str], None]) -> None:
        self._roots, self._say = roots, say
        self._stopped: dict[int, int] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stopped", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(LOOK_EVERY):
            self.look()

    def look(self) -> None:
        """Look once; kill what has been stopped for too long."""
        seen = proc.all_processes()
        below = {one.pid: one for root in self._roots() for one in proc.tree(root, seen)}
        self._stopped = {
            pid: self._stopped.get(pid, 0) + 1
            for pid, one in below.items()
            if one.state == proc.STOPPED
        }
        for pid, looks in self._stopped.items():
            if looks >= LOOKS:
                self._say(f"process {pid} is stopped; killing it")
                proc.send([pid], signal.SIGKILL)
