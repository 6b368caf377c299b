"""What periodic upkeep does: finds in Postgres what nobody works on. Safe to run twice at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemas.rows.processes import NeglectedRow
from workers import celery, deliveries, frontier, processes
from workers.crashpoint import around
from workers.db import Database
from workers.db.named import (
    ALL_SLICES,
    DELETED_PROCESSES,
    DUE_TOMBSTONES,
    LOCK_PROCESS,
    LOCK_PROCESS_NOW,
    NEGLECTED,
    OBJECTS_IN_WRITING,
    QUEUE_WITHOUT_SLICE,
    STILL_SILENT,
    UNPUBLISHED,
    WAITING_FOR_CREDITS,
)
from workers.errors import GristmillError
from workers.log import get_logger
from workers.processes import advance
from workers.processes.advance import Hint, Prices
from workers.publish.other_files import TRIES
from workers.queues import QUEUES, SLICE_JOBS
from workers.runtime import identity
from workers.settings import Settings
from workers.storage.base import Storage

HINT_AGE = 3.0  # seconds after which a hint is sent again that is no longer in its queue
HINT_LOST = 120.0  # seconds after which it is sent again in any case
DAY = 86_400.0  # seconds
ABANDONED = DAY  # seconds after which an upload that nobody writes to is dropped
FORGOTTEN = (
    "expire_deaths",
    "expire_keys",
    "expire_robots",
    "expire_pace",
    "expire_proxy_faults",
    "forget_absent",
)

log = get_logger()


def release_dead(database: Database, lease: float) -> int:
    """Release what dead slices hold: silent for a lease, or of a process that is gone from here."""
    with database.reading() as tx:
        slices = tx.all(ALL_SLICES)
    released = 0
    for row in slices:
        if row.silence <= lease and not identity.is_dead(row.worker):
            continue
        with database.transaction("release_dead") as tx:
            if tx.one(LOCK_PROCESS_NOW, process_id=row.process_id) is not None:
                if tx.one(STILL_SILENT, slice_id=row.slice_id, silence=row.silence) is None:
                    continue
                cause: frontier.Cause = "broken_off" if row.queue == "publish" else "died"
                frontier.release_slice(tx, row, cause=cause)
                tx.do("forget_hints", process_id=row.process_id)
                released += 1
        log.warning("dead_slice_released", process=row.process_id, queue=row.queue)
    return released


def wake_neglected(database: Database, prices: Prices) -> None:
    """Send hints again for processes that have something to do and nobody at it.

    A message may be lost while others wait: what counts is whether this process' still does.
    """
    with database.transaction("wake_neglected") as tx:
        rows = [
            row for query in (NEGLECTED, QUEUE_WITHOUT_SLICE) for row in tx.all(query, age=HINT_AGE)
        ]
        found = _lost(rows, *(QUEUES[job] for job in SLICE_JOBS))
        for process_id in found:
            tx.do("forget_hints", process_id=process_id)
    for process_id in found:
        advance.advance(database, process_id, prices)


def _lost(rows: Sequence[NeglectedRow], *queues: str) -> list[str]:
    """Return the processes of ``rows`` whose message waits in none of these queues.

    Where the broker can't be asked, only what is old enough is taken as lost.
    """
    if not rows:
        return []
    subjects = [celery.subjects(queue) for queue in queues]
    waiting = frozenset().union(*(one for one in subjects if one is not None))
    known = None not in subjects
    return [
        row.id
        for row in rows
        if row.unhinted or row.age > HINT_LOST or (known and row.id not in waiting)
    ]


def wake_publishers(database: Database) -> None:
    """Send hints for files that are due."""
    with database.transaction("wake_publishers") as tx:
        due = tx.all(UNPUBLISHED, age=HINT_AGE, tries=TRIES)
        lost = set(_lost(due, QUEUES["publish"]))
        rows = [row for row in due if row.id in lost]
        tx.do("touch_hint", ids=list(lost))
    advance.send([Hint(job="publish", subject=row.id, generation=row.generation) for row in rows])


def wake_deliveries(database: Database) -> None:
    """Send hints for deliveries that are due."""
    if celery.idle(QUEUES["deliver"]):
        advance.send([Hint(job="deliver", subject=key) for key in deliveries.due(database, 100)])


def wake_pending(database: Database, prices: Prices) -> None:
    """Let processes go on whose accounts hold credits again."""
    with database.reading() as tx:
        rows = tx.all(WAITING_FOR_CREDITS, base=prices.base, chrome=prices.chrome)
    for row in rows:
        processes.resume_pending(database, row.id, prices)


def remove_garbage(database: Database, storage: Storage) -> int:
    """Remove objects that no row names, some of them twice; returns how many."""
    with database.transaction("collect_garbage") as tx:
        tx.later("spare_live")
        tx.do("collect_garbage")
        keys = [row.key for row in tx.all(DUE_TOMBSTONES)]
    if keys:
        with around("remove_objects"):
            storage.delete(keys)
        with database.transaction("forget_objects") as tx:
            tx.do("forget_tombstones", keys=keys)
    return len(keys)


def abandon_uploads(database: Database, storage: Storage) -> int:
    """Drop uploads that died with their worker; storage keeps, and bills, their parts for ever.

    No row names them, but a row names every key that is still being written.
    """
    with database.reading() as tx:
        writing = {row.key for row in tx.all(OBJECTS_IN_WRITING)}
    with around("abandon_uploads"):
        dropped = storage.abandon(ABANDONED, keep=writing)
    if dropped:
        log.info("uploads_abandoned", count=dropped)
    return dropped


def remove_deleted(database: Database) -> None:
    """Remove the rows of deleted tasks, piece by piece."""
    with database.reading() as tx:
        rows = tx.all(DELETED_PROCESSES)
    for row in rows:
        with database.transaction("remove_process") as tx:
            tx.one(LOCK_PROCESS, process_id=row.id)
            frontier.fence_off(tx, row.id)
            tx.do("discard_objects", process_id=row.id)
            if tx.do("drop_pages", process_id=row.id) == 0:
                tx.do("drop_process", process_id=row.id)
    with database.transaction("drop_tasks") as tx:
        tx.do("drop_tasks")


def expire(database: Database, settings: Settings) -> None:
    """Retention: what is older than it may be."""
    with database.transaction("expire") as tx:
        for name in FORGOTTEN:
            tx.do(name)
        tx.do("expire_pages", seconds=settings.keep_pages_days * DAY)
        tx.do("expire_files", seconds=settings.keep_files_days * DAY)
        tx.do("expire_other_files", seconds=settings.keep_files_days * DAY)
        tx.do("expire_logs", seconds=settings.keep_logs_days * DAY)


def attempt(name: str, step: Callable[[], object]) -> None:
    """Run one step; a part that is away now is tried at the next sweep, and stops no other step."""
    try:
        step()
    except GristmillError as error:
        log.warning("sweep_step_failed", step=name, code=error.code)
