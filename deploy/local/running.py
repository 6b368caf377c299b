"""One start of one part: its process, its log file, and its end."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from deploy.local import proc
from deploy.local.home import Home
from deploy.local.part import Part, PartError

LOG_BYTES = 50 * 1024**2  # a log beyond this becomes the one old log of its part
LOOK_EVERY = 0.03  # seconds between looks while a part starts or stops
LINES_SHOWN = 12
FAULTS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
MOST_SAID = 1_000_000  # bytes of a log that are looked at


class Running:
    """A started part."""

    def __init__(self, home: Home, part: Part) -> None:
        self.home, self.part = home, part
        self._log = log_file(home, part.name)
        part.prepare()
        with self._log.open("ab") as out:
            self._said_before = out.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                part.command,
                cwd=part.folder,
                env={**part.environment, proc.PART: part.name},
                stdin=subprocess.DEVNULL,
                pass_fds=[inherited.fileno() for inherited in part.sockets],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        """The number of its main process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether its main process is there; takes notice of its end if not."""
        return self._process.poll() is None

    def wait_ended(self, seconds: float) -> None:
        """Wait until its main process ends, ``seconds`` at most, without looking in between."""
        if not self.alive():
            return
        with suppress(ProcessLookupError):  # somebody else took notice of its end just now
            end = os.pidfd_open(self.pid)
            try:
                look = select.poll()
                look.register(end, select.POLLIN)
                look.poll(seconds * 1000)
            finally:
                os.close(end)

    def wait_ready(self) -> None:
        """Wait until it answers; raises ``PartError`` when it ends or takes too long."""
        end_by = self.started_at + self.part.start_seconds
        while not self.part.answers():
            if not self.alive():
                raise PartError(f"{self.part.name} ended with {self.ending}:\n{self.last_words()}")
            if time.monotonic() > end_by:
                raise PartError(f"{self.part.name} does not answer:\n{self.last_words()}")
            time.sleep(LOOK_EVERY)

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        code = self._process.poll()
        return f"signal {-code}" if code is not None and code < 0 else f"status {code}"

    @property
    def failed(self) -> bool:
        """Whether it ended by itself and not well: by its own status, or by a fault of its own."""
        code = self._process.poll()
        return code is not None and (code > 0 or -code in FAULTS)

    def said(self) -> str:
        """Return what it has written since this start."""
        with self._log.open("rb") as log:
            log.seek(self._said_before)
            return log.read(MOST_SAID).decode(errors="replace")

    def last_words(self, lines: int = LINES_SHOWN) -> str:
        """Return the end of that."""
        return "\n".join(self.said().splitlines()[-lines:])

    def ask_to_stop(self) -> None:
        """Send the part its stop signal and return at once."""
        if self.alive():
            self._process.send_signal(self.part.stop_signal)

    def wait_stopped(self, seconds: float) -> bool:
        """Wait until its main process has ended; False when it has not in time."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))
        return not self.alive()

    def kill(self) -> None:
        """Kill the part with all that it started, and wait until they are gone."""
        seen = proc.all_processes()
        proc.send((one.pid for one in proc.tree(self.pid, seen)), signal.SIGKILL)
        self._process.wait()
        proc.end(self.home.path, self.part.name)

    def stop(self) -> None:
        """Stop in good order, and by force what does not end within the part's time."""
        self.ask_to_stop()
        self.wait_stopped(self.part.stop_seconds)
        self.kill()


def log_file(home: Home, name: str) -> Path:
    """Return a part's log file, with room in it."""
    file = home.folder("logs") / f"{name}.log"
    if file.exists() and file.stat().st_size > LOG_BYTES:
        # The writer keeps its descriptor, so that the file is copied and cut, not renamed.
        shutil.copyfile(file, file.with_suffix(".log.1"))
        os.truncate(file, 0)
    return file
