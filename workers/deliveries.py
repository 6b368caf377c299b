"""The queue of deliveries: what an event asks for, what is due, what there is, and once more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson

from schemas.process import dump_process
from schemas.rows.deliveries import DeliveryRow
from schemas.rows.processes import ProcessRow
from schemas.rows.tasks import TargetsRow
from schemas.urls import authority_of
from workers import celery
from workers.db import Database, Transaction
from workers.db.named import (
    DELIVERIES_OF,
    DUE_DELIVERIES,
    PROCESS_OF_ACCOUNT,
    RESEND_DELIVERY,
    SUBSCRIBERS,
    TARGETS_OF_TASK,
)
from workers.errors import Conflict, NotAvailable, NotFound
from workers.exports.target import Target, opened
from workers.ids import new_id
from workers.settings import settings

AT_HOST: Final = 4  # deliveries to one host at once: so many workers may one dead host hold
AT_RECEIVER: Final = 3  # to one URL at once: another receiver at its host finds a place
OF_ACCOUNT: Final = 8  # of one account at once: its many dead receivers hold no more than that
EXPORT_GRACE: Final = 60.0  # seconds that a webhook waits for exports to be tried, to tell of them
_WAITS: Final = "This delivery is about to be sent: look at its attempts before you send it again."
ENDS: Final = frozenset({"process.finished", "process.canceled", "process.failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReceiver:
    """Who is told of an event; ``headers``: what goes with it, encrypted, "" for none.

    ``webhook_id``: the subscription that it is for, if it is for one.
    """

    url: str
    headers: str = ""
    webhook_id: str | None = None


def enqueue(tx: Transaction, process: ProcessRow, event: str) -> list[str]:
    """Queue what ``event`` of ``process`` (its row after the event) is to be told to whom.

    One webhook a receiver; at an end that left a file, one export a target. A stop for want of
    credits exports nothing: the complete file would have to overtake it. Returns the ids to send
    hints for once the transaction is committed.
    """
    targets = tx.one(TARGETS_OF_TASK, task_id=process.task_id)
    if targets is None:
        return []
    sealed = targets.exports if event in ENDS and process.results_key else []
    hints = [_export(tx, process, event, token) for token in sealed]
    delay, snapshot = EXPORT_GRACE if sealed else 0.0, _snapshot(process)
    webhooks = [
        _insert(
            tx,
            process,
            kind="webhook",
            event=event,
            target=receiver.url,
            host=authority_of(receiver.url),
            options=receiver.headers,
            webhook_id=receiver.webhook_id,
            snapshot=snapshot,
            delay=delay,
        )
        for receiver in _receivers(tx, process, targets, event)
    ]
    return hints or webhooks  # those that tell how exports went wait for them


def _receivers(
    tx: Transaction, process: ProcessRow, targets: TargetsRow, event: str
) -> list[WebhookReceiver]:
    """Return who is told: the task's webhook, once the run's own, and all who subscribed."""
    found = []
    if targets.webhook:
        found.append(WebhookReceiver(url=targets.webhook, headers=targets.webhook_headers))
    if process.webhook:  # without the task's headers: they are for another
        found.append(WebhookReceiver(url=process.webhook))
        tx.later("use_webhook", process_id=process.id)
    return found + [
        WebhookReceiver(url=row.url, headers=row.headers, webhook_id=row.id)
        for row in tx.all(SUBSCRIBERS, task_id=process.task_id, event=event)
    ]


def _snapshot(process: ProcessRow) -> str:
    """Return what the event is about, of which the body is made when it first leaves."""
    known = {
        "process": dump_process(process, log_link=""),
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "results_key": process.results_key,
        "results_size": process.results_size,
        "record_count": process.record_count,
    }
    return orjson.dumps(known).decode()


def _export(tx: Transaction, process: ProcessRow, event: str, token: str) -> str:
    target = Target(kind="export", options={})
    with suppress(NotAvailable):  # the attempt says so; the end of a process is not held up by it
        target = opened(token, settings().secret_key)
    return _insert(
        tx,
        process,
        kind="export",
        event=event,
        target=target.shown,
        host=target.host,
        options=token,
        webhook_id=None,
        snapshot=None,
        delay=0.0,
    )


def _insert(tx: Transaction, process: ProcessRow, **values: object) -> str:
    delivery_id = new_id()
    tx.do(
        "insert_delivery",
        delivery_id=delivery_id,
        process_id=process.id,
        account_id=process.account_id,
        **values,
    )
    return delivery_id


def due(database: Database, limit: int) -> list[str]:
    """Return the ids of deliveries that should leave now and that nobody is at.

    In turn over hosts and accounts, and for one host and one receiver no more than may be at it at
    once. Receivers whose last attempt ran into its timeout have places of their own, one each.
    """
    places = {"at_host": AT_HOST, "at_receiver": AT_RECEIVER}
    with database.reading() as tx:
        return [row.id for row in tx.all(DUE_DELIVERIES, limit=limit, **places)]


def of_process(database: Database, *, account_id: str, process_id: str) -> list[DeliveryRow]:
    """Return the deliveries of a process, oldest first; ``NotFound`` for another account's.

    ``attempts`` is a list of ``{"at", "status", "ms", "error"}``: Unix seconds as a decimal string,
    HTTP status or None, milliseconds, and a sentence or None.
    """
    with database.reading() as tx:
        if tx.one(PROCESS_OF_ACCOUNT, process_id=process_id, account_id=account_id) is None:
            raise NotFound
        return tx.all(DELIVERIES_OF, process_id=process_id)


def resend(database: Database, *, account_id: str, delivery_id: str) -> DeliveryRow:
    """Send a delivery again, at once and with the same id and body; ``NotFound`` as above.

    One re-sending waits at a time: ``Conflict`` while the delivery is to leave at once already.
    """
    with database.transaction("resend") as tx:
        row = tx.one(RESEND_DELIVERY, delivery_id=delivery_id, account_id=account_id)
    if row is None:
        raise NotFound
    if row.waits:
        raise Conflict(_WAITS)
    celery.send("deliver", delivery_id)
    return row
