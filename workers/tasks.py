"""Tasks: the stored definitions that processes are runs of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from schemas.rows.tasks import TaskRow
from schemas.task import TaskChanges, TaskDraft
from workers.db import Database
from workers.db.named import CHANGE_TASK, FIND_TASK, INSERT_TASK, LIST_TASKS, LOCK_TASK
from workers.errors import NotAvailable, NotFound
from workers.exports.target import opened
from workers.ids import new_id
from workers.secrets import encrypt, sealed_headers
from workers.settings import settings


def create(
    database: Database, *, account_id: str, draft: TaskDraft, listed: bool = True
) -> TaskRow:
    """Store the task and return its row; an unlisted one shows up in no list."""
    with database.transaction("create_task") as tx:
        return tx.the(
            INSERT_TASK,
            task_id=new_id(),
            account_id=account_id,
            name=draft.name,
            description=draft.description,
            webhook=draft.webhook,
            webhook_headers=sealed_headers(draft.webhook_headers, settings().secret_key),
            payload=_json(draft.payload),
            exports=_sealed(draft.exports),
            listed=listed,
        )


def find(database: Database, *, account_id: str, task_id: str) -> TaskRow:
    """Return the task; ``NotFound`` also for another account's."""
    with database.reading() as tx:
        task = tx.one(FIND_TASK, task_id=task_id, account_id=account_id)
    if task is None:
        raise NotFound
    return task


def listing(
    database: Database, *, account_id: str, limit: int, before: int | None
) -> list[TaskRow]:
    """Return the account's tasks, newest first; ``before`` is the ``seq`` to go on below."""
    with database.reading() as tx:
        return tx.all(LIST_TASKS, account_id=account_id, limit=limit, before=before)


def change(database: Database, *, account_id: str, task_id: str, changes: TaskChanges) -> TaskRow:
    """Change what is not None in ``changes`` and return the row; the payload is replaced whole."""
    with database.transaction("change_task") as tx:
        if tx.one(LOCK_TASK, task_id=task_id, account_id=account_id) is None:
            raise NotFound
        return tx.the(
            CHANGE_TASK,
            task_id=task_id,
            name=changes.name,
            description=changes.description,
            webhook=changes.webhook,
            webhook_headers=(
                None
                if changes.webhook_headers is None
                else sealed_headers(changes.webhook_headers, settings().secret_key)
            ),
            payload=None if changes.payload is None else _json(changes.payload),
            exports=None if changes.exports is None else _sealed(changes.exports),
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def exports_of(task: TaskRow) -> list[Mapping[str, str]]:
    """Return the task's export targets with their credentials; without those not to be opened."""
    targets: list[Mapping[str, str]] = []
    for token in task.exports:
        with suppress(NotAvailable):
            target = opened(token, settings().secret_key)
            targets.append({"type": target.kind, **target.options})
    return targets


def _sealed(exports: Sequence[Mapping[str, str]]) -> str:
    """Return the export targets as they are stored: encrypted, for they hold credentials."""
    return _json([encrypt(_json(target), settings().secret_key) for target in exports])
