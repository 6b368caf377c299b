"""Webhooks that are subscribed to: who is told of ends beside a task's own webhook."""

from __future__ import annotations

from schemas.rows.webhooks import WebhookRow
from schemas.webhooks import WebhookDraft
from workers.db import Database, Transaction
from workers.db.named import (
    COUNT_WEBHOOKS,
    DELETE_WEBHOOK,
    INSERT_WEBHOOK,
    LIST_WEBHOOKS,
    TASK_FOR_WEBHOOK,
)
from workers.errors import Conflict, NotFound
from workers.ids import new_id
from workers.secrets import sealed_headers
from workers.settings import settings


def create(database: Database, *, account_id: str, draft: WebhookDraft) -> WebhookRow:
    """Store the webhook and return its row; ``NotFound`` for another account's task.

    ``Conflict`` when the account has as many as it may.
    """
    with database.transaction("create_webhook") as tx:
        _refuse_more(tx, account_id)
        if draft.task_id:
            _check_task(tx, account_id, draft.task_id)
        return tx.the(
            INSERT_WEBHOOK,
            webhook_id=new_id(),
            account_id=account_id,
            task_id=draft.task_id or None,
            url=draft.url,
            headers=sealed_headers(draft.headers, settings().secret_key),
            events=list(draft.events),
        )


def listing(
    database: Database, *, account_id: str, limit: int, before: int | None
) -> list[WebhookRow]:
    """Return the account's webhooks, newest first; ``before`` is the ``seq`` to go on below."""
    with database.reading() as tx:
        return tx.all(LIST_WEBHOOKS, account_id=account_id, limit=limit, before=before)


def delete(database: Database, *, account_id: str, webhook_id: str) -> None:
    """Remove the webhook; what still waits to be sent to it is given up when its turn comes."""
    with database.transaction("delete_webhook") as tx:
        if tx.one(DELETE_WEBHOOK, webhook_id=webhook_id, account_id=account_id) is None:
            raise NotFound


def _refuse_more(tx: Transaction, account_id: str) -> None:
    """Refuse one too many; two that come at once are counted one after the other."""
    tx.later("lock_webhooks", account_id=account_id)
    most = settings().max_webhooks
    if tx.the(COUNT_WEBHOOKS, account_id=account_id).n >= most:
        raise Conflict(
            f"The account has {most} webhooks, as many as MAX_WEBHOOKS allows: delete one first."
        )


def _check_task(tx: Transaction, account_id: str, task_id: str) -> None:
    if tx.one(TASK_FOR_WEBHOOK, account_id=account_id, task_id=task_id) is None:
        raise NotFound
