"""A worker as the Procfile starts it, broken in the way that its second word says.

``python -m tests.builders.broken_worker worker loop``. Its jobs need no database; what they come to
is noted, a word a line, in the file that ``NOTES`` names. Where a file ``NOTES.break`` appears, the
breakage begins.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from workers import celery_worker

JOB_SECONDS = 60.0
GRACE, GONE_WITHIN = 2.0, 4.0  # seconds: shorter than the real ones
NOTES = Path(os.environ.get("NOTES", ""))
NATIVE_MUTEX = 64  # bytes that hold a pthread_mutex_t on any machine


def note(word: str) -> None:
    """Append a word to the notes."""
    with NOTES.open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


def never_return() -> None:
    """Wait for a lock that this very thread has; a handler of Python's runs meanwhile."""
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def never_look_up() -> None:
    """Wait for a lock of the C library's: no handler of Python's runs meanwhile."""
    mutex = ctypes.create_string_buffer(NATIVE_MUTEX)
    library = ctypes.CDLL(None)
    library.pthread_mutex_lock(mutex)
    library.pthread_mutex_lock(mutex)


def long_job() -> None:
    """Do something that takes longer than anybody's grace."""
    note("begun")
    try:
        time.sleep(JOB_SECONDS)
    finally:
        note("broken off")


def job_that_dies_with_a_lock() -> None:
    """Take the lock that the main process needs to note the end of this job; be killed with it."""
    from billiard.process import current_process  # noqa: PLC0415 - Celery's, as the rest

    current_process()._target.on_ready_counter.get_lock().acquire()  # noqa: SLF001 - that lock
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    note("begun")


JOBS: Mapping[str, Callable[[], None]] = {
    "long": long_job,
    "dies_with_a_lock": job_that_dies_with_a_lock,
}
LOOPS: Mapping[str, Callable[[], None]] = {"lock": never_return, "native lock": never_look_up}
"""What hangs the loop of the main process."""


def main(program: str, breakage: str) -> None:
    """Run the program."""
    os.environ.update(celery_worker.OWN)  # before Celery is imported

    from workers import celery  # noqa: PLC0415 - see above
    from workers.runtime import ending  # noqa: PLC0415 - see above
    from workers.runtime.consumer import Consumer  # noqa: PLC0415 - see above

    ending.GRACE, ending.SAY_AFTER, ending.GONE_WITHIN = GRACE, GONE_WITHIN - 0.5, GONE_WITHIN
    for name, job in JOBS.items():
        celery.app.task(name=f"test.{name}")(job)
    look = Consumer.look

    def look_and_hang(consumer: Consumer) -> None:
        look(consumer)
        if NOTES.with_suffix(".break").exists():
            note("hangs")
            LOOPS[breakage]()

    Consumer.look = look_and_hang  # type: ignore[method-assign]
    celery_worker.main(program)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
