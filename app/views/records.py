"""The records of a process: some at a time, while it runs and after."""

from __future__ import annotations

from flask import Response, g

from app import paging
from app.ports import ports
from app.records_query import RecordsQuery, read_query
from schemas import registry
from schemas.plan import Plan
from schemas.rows.processes import ProcessRow
from workers import plugins, processes
from workers.errors import Conflict, PlanUnusable
from workers.publish import parts
from workers.publish.parts import RecordsPart

SOON, LATER, MUCH_LATER = 1, 2, 10  # seconds until it is worth asking again


def records(process_id: str) -> Response:
    """Answer with the records behind a cursor, and with the way to those behind them."""
    process = processes.find(ports().database, account_id=g.account_id, process_id=process_id)
    plan = plan_or_conflict(process)
    parts.refuse_unreadable(process, plan)
    query = read_query(process, plan)
    part = parts.read_part(
        ports().database,
        process,
        plan,
        order=query.order,
        after=query.after,
        limit=query.limit,
    )
    response = _written(plan, query, part)
    cursor = paging.encode(query.cursor_to(part.place))
    ended = parts.has_ended(process)
    response.headers["Record-Count"] = str(process.record_count)
    response.headers["Poll-After"] = str(_poll_after(process, part))
    response.headers["Next-Cursor"] = cursor
    if part.more or not (ended or query.order == "document"):
        response.headers["Link"] = paging.next_link(cursor, query.limit)
    return response


def plan_or_conflict(process: ProcessRow) -> Plan:
    """Return the plan; ``Conflict`` where this release can't use it."""
    try:
        return processes.plan_of(process, name=process.id)
    except PlanUnusable as error:
        raise Conflict(error.message) from error


def _poll_after(process: ProcessRow, part: RecordsPart) -> int:
    if parts.has_ended(process):
        return 0
    if part.more:
        return SOON
    return MUCH_LATER if process.state == "pending" else LATER


def _written(plan: Plan, query: RecordsQuery, part: RecordsPart) -> Response:
    """Return the records in their format; the header of a CSV comes with the first ones alone."""
    kind = plugins.plugin(registry.OUTPUTS, query.format)
    if query.format == "csv":
        writer = kind(plan, query.shape)
        chunks = writer.lines(part.records) if query.after else writer.encode(part.records)
        header = "absent" if query.after else "present"  # RFC 4180, section 3
        return Response(b"".join(chunks), content_type=f"{kind.content_type}; header={header}")
    records = map(query.change, part.records) if query.change else part.records
    return Response(b"".join(kind(plan).encode(records)), content_type=kind.content_type)
