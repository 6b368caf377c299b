"""One attempt at one delivery: lease the row, send, record; safe to run twice, also at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from schemas.rows.deliveries import LeasedDeliveryRow
from schemas.rows.one_column import IdRow
from workers import celery
from workers.db import Database, Transaction
from workers.db.named import (
    LEASE_DELIVERY,
    LOCK_FOR_NOTE,
    NEXT_AT_HOST,
    RECORD_ATTEMPT,
    RELEASE_WEBHOOKS,
    RENEW_LEASE,
)
from workers.deliver import process_log
from workers.deliver.send import Result, send_export, send_webhook
from workers.deliver.webhook import next_step
from workers.deliveries import AT_HOST, AT_RECEIVER, OF_ACCOUNT
from workers.errors import DatabaseUnavailable
from workers.ids import new_id
from workers.log import get_logger
from workers.metrics import Metrics
from workers.settings import Settings
from workers.storage.base import Storage

LEASE = 60.0  # seconds without a renewal until another worker may take over
RENEWAL = 15.0  # seconds between renewals
ERROR_LENGTH = 300  # characters of an error that are kept

log = get_logger()


def attempt(database: Database, storage: Storage, settings: Settings, delivery_id: str) -> None:
    """Try a delivery once, if it is due and nobody is at it.

    Raises only for a part of ours that is away; the attempt is then made again after the lease.
    """
    lease = new_id()
    with database.transaction("lease_delivery") as tx:
        row = tx.one(
            LEASE_DELIVERY,
            delivery_id=delivery_id,
            lease=lease,
            seconds=LEASE,
            at_host=AT_HOST,
            at_receiver=AT_RECEIVER,
            of_account=OF_ACCOUNT,
        )
    if row is None:
        return
    send = send_webhook if row.kind == "webhook" else send_export
    began, at = time.monotonic(), int(time.time())
    with _Lease(database, row):
        result = send(database, storage, settings, row)
    seconds = time.monotonic() - began
    entry: dict[str, object] = {
        "at": str(at),
        "status": result.status,
        "ms": round(seconds * 1000),
        "error": None if result.error is None else result.error[:ERROR_LENGTH],
    }
    _record(database, storage, settings, row, result=result, entry=entry)


class _Lease:
    """Renews the lease of a row for as long as the attempt at it takes."""

    def __init__(self, database: Database, row: LeasedDeliveryRow) -> None:
        self._database, self._row = database, row
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._end.wait(RENEWAL):
            try:
                with self._database.transaction("renew_lease") as tx:
                    tx.one(
                        RENEW_LEASE,
                        delivery_id=self._row.id,
                        lease=self._row.lease,
                        seconds=LEASE,
                    )
            except DatabaseUnavailable:
                continue


def _record(
    database: Database,
    storage: Storage,
    settings: Settings,
    row: LeasedDeliveryRow,
    *,
    result: Result,
    entry: dict[str, object],
) -> None:
    """Write down how it went, and wake what waited for it."""
    schedule = settings.webhook_retry_schedule if result.again else ()
    done = row.attempt_count + 1 if result.again else len(schedule) + 1
    state, delay = next_step(done, schedule, arrived=result.error is None)
    with database.transaction("record_attempt") as tx:
        process = tx.one(LOCK_FOR_NOTE, process_id=row.process_id)
        if process is None:
            return
        kept = tx.one(
            RECORD_ATTEMPT,
            delivery_id=row.id,
            lease=row.lease,
            counted=row.attempt_count,
            attempt=json.dumps(entry),
            state=state,
            delay=delay,
        )
        if kept is None:
            return
        _note_receiver(tx, row, slow=result.slow)
        if result.gone and row.webhook_id is not None:
            tx.later("drop_webhook", webhook_id=row.webhook_id)
        noted = bool(result.note) and kept.state != "waiting"
        if noted:
            process_log.note(tx, process, result.note)
        wake = _woken(tx, row, arrived=result.error is None)
    if noted:
        process_log.append(database, storage, process, result.note)
    _tell(database, row, kept.state, entry)
    for delivery_id in wake:
        celery.send("deliver", delivery_id)


def _note_receiver(tx: Transaction, row: LeasedDeliveryRow, *, slow: bool) -> None:
    """Remember a receiver that kept us waiting: it shall keep no other waiting at its host."""
    if slow:
        tx.do("note_slow_receiver", target=row.target)
    elif row.slow:
        tx.do("forget_slow_receiver", target=row.target)


def _woken(tx: Transaction, row: LeasedDeliveryRow, *, arrived: bool) -> list[str]:
    """Return the ids of what may leave now: a webhook that waited, or the next one at the host.

    A host at which an attempt failed gets its next one from the sweep.
    """
    rows = _next_at_host(tx, row.host) if arrived else []
    if row.kind == "export":
        rows += tx.all(
            RELEASE_WEBHOOKS,
            process_id=row.process_id,
            event=row.event,
            created_at=row.created_at,
        )
    return [found.id for found in rows]


def _next_at_host(tx: Transaction, host: str) -> list[IdRow]:
    return tx.all(NEXT_AT_HOST, host=host, at_receiver=AT_RECEIVER)


def _tell(database: Database, row: LeasedDeliveryRow, state: str, entry: dict[str, object]) -> None:
    metrics = Metrics()
    outcome = "failed" if state == "waiting" else state
    metrics.count("gristmill_deliveries", kind=row.kind, outcome=outcome)
    metrics.flush(database)
    say: Callable[..., object] = log.info if state == "delivered" else log.warning
    say(
        "delivery_attempted",
        delivery=row.id,
        process=row.process_id,
        kind=row.kind,
        host=row.host,
        state=state,
        status=entry["status"],
        ms=entry["ms"],
        error=entry["error"],
    )
