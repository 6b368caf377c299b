"""The objects that are read back of a run: process, page, delivery, credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.codes import LIMIT_ERRORS, STATUS_OF
from schemas.moments import credits_exact, credits_up, unix

Row = Any
"""One row of a table, columns as attributes; times are aware datetimes."""


def dump_process(row: Row, *, log_link: str) -> dict[str, object]:
    """Return the process object for a row of table ``processes``.

    ``log_link``: a link to the log file, ``""`` while there is none. Amounts come in thousandths of
    a credit and go out as whole credits, rounded up. A stop for want of credits is told, as an end
    is, once its file is there: clients that loop while it is running take the file right after.
    """
    pending = row.state == "pending" and not row.publish_due
    state = "publishing" if row.state == "pending" and row.publish_due else row.state
    return {
        "id": row.id,
        "status": STATUS_OF[state],
        "taskID": row.task_id,
        "startedAt": unix(row.started_at),
        "finishedAt": unix(row.finished_at),
        "requestCount": row.request_count,
        "responseCount": row.response_count,
        "results": row.results_name if row.results_key else "",
        "logFile": log_link,
        "missingCredits": credits_up(row.missing) if pending else 0,
        "cost": credits_up(row.cost),
        "state": state,
        "createdAt": unix(row.created_at),
        "recordCount": row.record_count,
        "failedCount": row.failed_count,
        "emptyCount": row.empty_count,
        "blockedCount": row.blocked_count,
        "error": _error(row),
    }


def _error(row: Row) -> dict[str, str] | None:
    """Return the error of a failed process, or the limit at which another one ended."""
    code = row.error_code
    if code and (row.state == "failed" or (row.state == "finished" and code in LIMIT_ERRORS)):
        return {"code": code, "message": row.error_message or ""}
    return None


def dump_page(row: Row, *, kept_link: str) -> dict[str, object]:
    """Return one entry of the list of a process' pages, for a row of table ``pages``.

    ``collection`` is its number in the plan, 0 being the top; ``ms`` are milliseconds, ``cost`` is
    in credits. ``kept_link`` leads to what the server answered, "" where that was not kept.
    """
    return {
        "url": row.url,
        "position": list(row.position),
        "collection": row.collection,
        "fetcher": row.queue,
        "attempts": row.attempts,
        "httpStatus": row.http_status,
        "verdict": row.verdict or row.state,
        "bytes": row.bytes,
        "ms": row.milliseconds,
        "records": row.record_count,
        "cost": credits_exact(row.cost),
        "error": row.error,
        "kept": kept_link,
    }


def dump_delivery(row: Row) -> dict[str, object]:
    """Return one entry of the list of a process' deliveries, for a row of table ``deliveries``.

    ``attempts`` are stored as they are shown but for what a later version may add.
    """
    waiting = row.state == "waiting"
    return {
        "id": row.id,
        "kind": row.kind,
        "event": row.event,
        "target": row.target,
        "state": row.state,
        "attempts": [_attempt(attempt) for attempt in row.attempts],
        "nextAttemptAt": unix(row.next_attempt_at) if waiting else None,
    }


def _attempt(attempt: Mapping[str, object]) -> dict[str, object]:
    return {name: attempt.get(name) for name in ("at", "status", "ms", "error")}


def dump_credits(row: Row) -> dict[str, object]:
    """Return the account's credits for a row with ``balance``, ``reserved``, ``spent``."""
    return {
        "balance": credits_exact(row.balance),
        "reserved": credits_exact(row.reserved),
        "spent": credits_exact(row.spent),
        "unlimited": row.unlimited,
    }
