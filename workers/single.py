"""Calls that run once and wait: a process of a task that no list shows, and its file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from threading import BoundedSemaphore

from schemas.results_file import ResultsFile, results_file
from schemas.rows.processes import ProcessRow
from schemas.task import TaskDraft
from workers import processes, tasks
from workers.db import Database, within
from workers.errors import (
    Conflict,
    OutOfCredits,
    PartUnavailable,
    ProcessFailed,
    SingleTimeout,
)
from workers.storage.base import Storage

WAITING = 4  # calls that wait at once in an API process; each holds one of its eight threads
LOOK_SECONDS = 3.0  # seconds a look may wait for Postgres: the call as a whole may take far longer
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5  # seconds between two looks at the process

_places = BoundedSemaphore(WAITING)


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the places for calls that wait, so that other calls always find a thread."""
    if not _places.acquire(blocking=False):
        raise PartUnavailable(
            "Too many calls wait for their results here; create a task and run it instead."
        )
    try:
        yield
    finally:
        _places.release()


def start(database: Database, *, account_id: str, draft: TaskDraft) -> ProcessRow:
    """Start a process of a new unlisted task and return its row."""
    task = tasks.create(database, account_id=account_id, draft=draft, listed=False)
    return processes.submit(database, task_id=task.id, account_id=account_id)


def wait(
    database: Database,
    *,
    account_id: str,
    process_id: str,
    seconds: float,
    gone: Callable[[], bool],
) -> ResultsFile:
    """Return the results file once the process has finished and it is stored.

    Raises ``SingleTimeout`` after ``seconds`` (the process goes on), ``ProcessFailed``,
    ``OutOfCredits``, and ``Conflict`` for one that was cancelled meanwhile: also by us, once
    ``gone`` says that nobody waits for the answer any more.
    """
    pause, deadline = FIRST_PAUSE, time.monotonic() + seconds
    while True:
        if gone():
            with within(LOOK_SECONDS):
                processes.cancel(database, account_id=account_id, process_id=process_id)
            raise Conflict("The caller hung up, and so the process was canceled.")
        with within(LOOK_SECONDS):
            row = processes.find(database, account_id=account_id, process_id=process_id)
        if row.state in processes.ENDED | {"pending"} and not row.publish_due:
            return _finished(row)
        if time.monotonic() + pause > deadline:
            raise SingleTimeout
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _finished(row: ProcessRow) -> ResultsFile:
    if row.state == "pending":
        raise OutOfCredits
    if row.state == "canceled":
        raise Conflict("The process was canceled.")
    file = results_file(row)
    if row.state == "failed" or file is None:
        raise ProcessFailed(f"{row.error_code or 'no_results'}: {row.error_message or 'no file'}")
    return file


def read(storage: Storage, key: str) -> Iterator[bytes]:
    """Return the file's bytes; the first are read at once, so that a fault shows before any."""
    chunks = iter(storage.read(key))
    return chain([next(chunks, b"")], chunks)
