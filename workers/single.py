"""Calls that wait for a process: those that run once, of a task that no list shows, for its file.

Others start a run of a stored task and wait a while for its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from threading import BoundedSemaphore
from typing import NoReturn

from schemas.results_file import ResultsFile, results_file
from schemas.rows.processes import ProcessRow
from schemas.task import TaskDraft
from workers import processes, tasks
from workers.db import Database, within
from workers.errors import (
    Conflict,
    DatabaseUnavailable,
    OutOfCredits,
    PartUnavailable,
    ProcessFailed,
    SingleTimeout,
)
from workers.storage.base import Storage

WAITING = 4  # calls that wait at once in an API process; each holds one of its eight threads
RUNS_WAITING = 2  # of them such as can do without: what runs once finds a place beside them
LOOK_SECONDS = 3.0  # seconds a look may wait for Postgres: the call as a whole may take far longer
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5  # seconds between two looks at the process

_places = BoundedSemaphore(WAITING)
_places_of_runs = BoundedSemaphore(RUNS_WAITING)


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


@contextmanager
def spare_place() -> Iterator[bool]:
    """Hold a place that single calls leave, for a call that can answer without waiting.

    Yields whether there was one.
    """
    with ExitStack() as held:
        for places in (_places_of_runs, _places):
            if not places.acquire(blocking=False):
                yield False
                return
            held.callback(places.release)
        yield True


def start(
    database: Database, *, account_id: str, draft: TaskDraft, page: bytes | None = None
) -> ProcessRow:
    """Start a process of a new unlisted task and return its row.

    ``page``: the start page, where the call brought it along.
    """
    task = tasks.create(database, account_id=account_id, draft=draft, listed=False)
    return processes.submit(database, task_id=task.id, account_id=account_id, page=page)


def wait(
    database: Database,
    *,
    account_id: str,
    process_id: str,
    seconds: float,
    gone: Callable[[], bool],
) -> ProcessRow:
    """Return the process once it has ended, however it did, and its file is stored.

    Raises ``SingleTimeout`` after ``seconds`` (the process goes on), ``OutOfCredits``, and
    ``Conflict`` for one that was cancelled meanwhile: also by us, once ``gone`` says that nobody
    waits for the answer any more.
    """

    def look() -> ProcessRow:
        with within(LOOK_SECONDS):
            return processes.find(database, account_id=account_id, process_id=process_id)

    row = _watch(look, seconds=seconds, gone=gone)
    if _stands(row):
        return _ended(row)
    if gone():
        with within(LOOK_SECONDS):
            processes.cancel(database, account_id=account_id, process_id=process_id)
        raise Conflict("The caller hung up, and so the process was canceled.")
    raise SingleTimeout


def wait_for_run(
    database: Database, row: ProcessRow, *, seconds: float, gone: Callable[[], bool]
) -> ProcessRow:
    """Return the process once it has ended or stopped, or as it is after ``seconds``.

    It goes on whatever becomes of the call. A Postgres that is away is waited for: the process was
    started, and its caller has to hear the id.
    """
    last = row

    def look() -> ProcessRow:
        nonlocal last
        with suppress(DatabaseUnavailable), within(LOOK_SECONDS):
            last = processes.find(database, account_id=row.account_id, process_id=row.id)
        return last

    return _watch(look, seconds=seconds, gone=gone)


def _watch(
    look: Callable[[], ProcessRow], *, seconds: float, gone: Callable[[], bool]
) -> ProcessRow:
    """Look until the process stands still, the time is up or nobody waits; return what was seen."""
    pause, deadline = FIRST_PAUSE, time.monotonic() + seconds
    while True:
        row = look()
        if _stands(row) or gone() or time.monotonic() + pause > deadline:
            return row
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _stands(row: ProcessRow) -> bool:
    """Whether the process has ended, or stopped for want of credits, and its file is there."""
    return row.state in processes.ENDED | {"pending"} and not row.publish_due


def _ended(row: ProcessRow) -> ProcessRow:
    if row.state == "pending":
        raise OutOfCredits
    if row.state == "canceled":
        raise Conflict("The process was canceled.")
    return row


def results(row: ProcessRow) -> ResultsFile:
    """Return the file of a process that has ended; ``ProcessFailed`` for one that failed."""
    return document(row) if row.state != "failed" else _no_file(row)


def document(row: ProcessRow) -> ResultsFile:
    """Return its file also where it failed: what a look at pages found tells why."""
    return results_file(row) or _no_file(row)


def _no_file(row: ProcessRow) -> NoReturn:
    raise ProcessFailed(f"{row.error_code or 'no_results'}: {row.error_message or 'no file'}")


def read(storage: Storage, key: str) -> Iterator[bytes]:
    """Return the file's bytes; the first are read at once, so that a fault shows before any."""
    chunks = iter(storage.read(key))
    return chain([next(chunks, b"")], chunks)
