"""The body of a webhook, made once at its first attempt and kept for all others."""

from __future__ import annotations

import orjson

from workers.db import Database, Row
from workers.deliver.webhook import INLINE_FACTOR, build_body, within
from workers.errors import PlanUnusable
from workers.processes import plan_of
from workers.publish.records import Reader, StoredPages
from workers.settings import Settings
from workers.storage.base import Storage


def body_of(database: Database, storage: Storage, settings: Settings, row: Row) -> bytes | None:
    """Return the body of the leased delivery ``row``; None when the lease is lost.

    The same bytes at every attempt, so that a receiver can tell a repetition; so the links in a
    body sent late may have expired, and ``/v1/getlink`` makes fresh ones.
    """
    if row.body is not None:
        return str(row.body).encode()
    body = _made(database, storage, settings, row)
    with database.transaction("keep_body") as tx:
        kept = tx.one("keep_body", delivery_id=row.id, lease=row.lease, body=body.decode())
    return None if kept is None else str(kept.body).encode()


def _made(database: Database, storage: Storage, settings: Settings, row: Row) -> bytes:
    told = orjson.loads(row.snapshot)
    with database.reading() as tx:
        now = tx.one("delivery_process", process_id=row.process_id)
        exports = tx.all(
            "exports_of_event",
            process_id=row.process_id,
            event=row.event,
            created_at=row.created_at,
        )
    process, link = told["process"], None
    if now is not None and now.log_key:
        process["logFile"] = storage.link(now.log_key, f"{now.id}.log", settings.link_ttl)
    if now is not None and now.results_key and told["results_key"]:
        link = storage.link(now.results_key, now.results_name, settings.link_ttl)
    return build_body(
        process,
        link,
        _inline(database, now, told, settings.webhook_inline_limit) if link else None,
        event=row.event,
        at=told["at"],
        exports=[_outcome(export) for export in exports],
    )


def _inline(
    database: Database, now: Row, told: dict[str, object], limit: int
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


def _outcome(export: Row) -> dict[str, object]:
    error = export.attempts[-1]["error"] if export.attempts else None
    return {"target": export.target, "state": export.state, "error": error}
