"""Cancels a process, and removes a task with all of its own."""

from __future__ import annotations

from schemas.rows.processes import ProcessRow
from workers import celery, frontier
from workers.db import Database
from workers.db.named import CANCEL_PROCESS, LIVE_PROCESSES, LOCK_PROCESS, LOCK_TASK
from workers.errors import NotFound
from workers.processes.find import find

ENDED = frozenset({"finished", "canceled", "failed"})


def cancel(database: Database, *, account_id: str, process_id: str) -> ProcessRow:
    """Cancel the process and return it: a receipt, durable and fencing first, revoked after.

    A process that has ended already is returned as it is.
    """
    find(database, account_id=account_id, process_id=process_id)
    with database.transaction("cancel") as tx:
        process = tx.one(LOCK_PROCESS, process_id=process_id)
        if process is None or process.deleted:
            raise NotFound
        if process.state in ENDED:
            return process
        frontier.fence_off(tx, process_id)
        canceled = tx.the(CANCEL_PROCESS, process_id=process_id)
    celery.revoke(process_id, process.generation)
    celery.send("publish", process_id, process.generation)
    return canceled


def remove_task(database: Database, *, account_id: str, task_id: str) -> None:
    """Cancel what runs and take the task out of sight; the sweep removes its rows and objects."""
    with database.transaction("remove_task") as tx:
        if tx.one(LOCK_TASK, task_id=task_id, account_id=account_id) is None:
            raise NotFound
        tx.do("hide_task", task_id=task_id)
        tx.do("hide_ended", task_id=task_id)
        stopped = tx.all(LIVE_PROCESSES, task_id=task_id)
        for row in stopped:
            tx.one(LOCK_PROCESS, process_id=row.id)
            frontier.fence_off(tx, row.id)
            tx.do("hide_process", process_id=row.id)
        tx.do("drop_webhooks_of_task", task_id=task_id)
    for row in stopped:
        if row.hinted:  # each worker remembers what was revoked
            celery.revoke(row.id, row.generation)
