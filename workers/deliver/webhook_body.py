"""The body of a webhook, made once at its first attempt and kept for all others."""

from __future__ import annotations

import orjson

from schemas.results_file import results_file
from schemas.rows.deliveries import ExportStateRow, LeasedDeliveryRow
from schemas.rows.processes import ProcessRow
from workers.db import Database
from workers.db.named import DELIVERY_PROCESS, EXPORTS_OF_EVENT, KEEP_BODY
from workers.deliver.webhook import INLINE_FACTOR, build_body, within
from workers.errors import PlanUnusable
from workers.processes import plan_of
from workers.publish.records import Reader, StoredPages
from workers.settings import Settings
from workers.storage.base import Storage


def body_of(
    database: Database, storage: Storage, settings: Settings, row: LeasedDeliveryRow
) -> bytes | None:
    """Return the body of the leased delivery ``row``; None when the lease is lost.

    The same bytes at every attempt, so that a receiver can tell a repetition; so the links in a
    body sent late may have expired, and ``/v1/getlink`` makes fresh ones.
    """
    if row.body is not None:
        return row.body.encode()
    body = _made(database, storage, settings, row)
    with database.transaction("keep_body") as tx:
        kept = tx.one(KEEP_BODY, delivery_id=row.id, lease=row.lease, body=body.decode())
    return None if kept is None else kept.body.encode()


def _made(
    database: Database, storage: Storage, settings: Settings, row: LeasedDeliveryRow
) -> bytes:
    told = orjson.loads(row.snapshot or "")  # there until the body is
    with database.reading() as tx:
        now = tx.one(DELIVERY_PROCESS, process_id=row.process_id)
        exports = tx.all(
            EXPORTS_OF_EVENT,
            process_id=row.process_id,
            event=row.event,
            created_at=row.created_at,
        )
    process, link = told["process"], None
    if now is not None and now.log_key:
        process["logFile"] = storage.link(now.log_key, f"{now.id}.log", settings.link_ttl)
    file = None if now is None or not told["results_key"] else results_file(now)
    if file is not None:
        link = storage.link(file.key, file.name, settings.link_ttl)
    return build_body(
        process,
        link,
        _inline(database, now, told, settings.webhook_inline_limit) if now and link else None,
        event=row.event,
        at=told["at"],
        exports=[_outcome(export) for export in exports],
    )


def _inline(
    database: Database, now: ProcessRow, told: dict[str, object], limit: int
) -> list[bytes] | None:
    """Return the records if the file is short, and still the one that the event is about."""
    size = told["results_size"]
    if not isinstance(size, int) or size >= limit:
        return None
    if (now.results_key, now.record_count) != (told["results_key"], told["record_count"]):
        return None
    try:
        plan = plan_of(now, name=now.id)
    except PlanUnusable:
        return None  # the link leads to the file all the same
    if plan.capture is not None:
        return None  # a document has no records
    records = Reader(plan, StoredPages(database, now.id)).records()
    return within(records, limit * INLINE_FACTOR)


def _outcome(export: ExportStateRow) -> dict[str, object]:
    error = export.attempts[-1]["error"] if export.attempts else None
    return {"target": export.target, "state": export.state, "error": error}
