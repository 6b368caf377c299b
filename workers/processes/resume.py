"""Lets a stopped process go on: with what it left undone, or with pages that were given up.

The process stays the same one: its counters, its cost and its records go on, and its files are
replaced when it ends anew. One transaction does it all, so that a second call at the same moment
finds a running process.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import orjson

from schemas.codes import RETRIABLE, STATUS_OF
from schemas.moments import credits_exact, credits_up
from schemas.rows.processes import ProcessRow
from workers import deliveries, frontier
from workers.db import Database, Transaction
from workers.db.named import (
    COUNT_PAGES,
    COUNT_VERDICTS,
    FIND_PROCESS,
    FORBIDDEN_SITES,
    LOCK_PROCESS,
    LOCK_PROCESS_NOW,
    REDIRECTED_PAGES,
    REOPEN_PAGES,
)
from workers.errors import Conflict, NotFound, OutOfCredits, PlanUnusable
from workers.extraction.urls import host_of, origin_of
from workers.processes import advance
from workers.processes.advance import Hint, Prices
from workers.processes.plans import plan_of
from workers.settings import settings

GIVEN_UP: Final = tuple(verdict for verdict in RETRIABLE if verdict != "empty")
"""What a failed process tries again: its pages without an answer."""

_NO_RESUME: Final = {
    "running": "The process is running: there is nothing to resume.",
    "finished": "The process has finished. POST /v1/process/{id}/retry-failed tries its failed"
    " pages again; running its task again starts a new process.",
}
_NO_RETRY: Final = {
    "running": "The process is running: wait until it has ended, then retry what failed.",
    "canceled": "The process was canceled. POST /v1/process/{id}/resume lets it go on; what failed"
    " can be tried again when it has ended.",
    "pending": "The process waits for credits. It goes on after a top-up; what failed can be tried"
    " again when it has ended.",
}
_GONE: Final = (
    "The pages of this process are not kept any more (KEEP_PAGES_DAYS), so it can't go on: run its"
    " task again."
)
_NOTHING_REOPENED: Final[Mapping[str, int]] = {"pages": 0, "failed": 0, "empty": 0, "blocked": 0}


def resume(database: Database, *, account_id: str, process_id: str, prices: Prices) -> ProcessRow:
    """Let a canceled, failed or pending process go on and return its row.

    A failed one tries every page again that gave no answer. Raises ``Conflict`` for any other
    state, for pages that retention has removed and for a payload that this release can't use,
    ``OutOfCredits`` for a pending one that can't pay for its next page.
    """
    with database.transaction("resume") as tx:
        process = _locked(tx, account_id, process_id)
        _refuse(_NO_RESUME, process)
        _refuse_incomplete(tx, process)
        unasked = _unasked(process)
        if process.state == "pending":
            _refuse_unpaid(tx, process, prices)
        verdicts = GIVEN_UP if process.state == "failed" else ()
        hints = _announce_end(tx, process)
        again = _reopen(tx, process, verdicts, unasked) if verdicts else _NOTHING_REOPENED
        hints += _go_on(tx, process, prices, again=again, why="Resumed by the user")
        process = tx.the(LOCK_PROCESS, process_id=process_id)
    advance.send(hints)
    return process


def retry(
    database: Database,
    *,
    account_id: str,
    process_id: str,
    verdicts: Collection[str],
    prices: Prices,
) -> ProcessRow:
    """Try the pages of an ended process again that have one of ``verdicts``, and return its row.

    Raises ``Conflict`` for a process that has not ended by itself, for one without such a page, and
    for pages that retention has removed.
    """
    with database.transaction("retry") as tx:
        process = _locked(tx, account_id, process_id)
        _refuse(_NO_RETRY, process)
        _refuse_incomplete(tx, process)
        _refuse_nothing(tx, process, verdicts)
        frontier.fence_off(tx, process_id)  # whoever makes its file in another format
        again = _reopen(tx, process, verdicts, _unasked(process))
        why = f"Retried by the user ({', '.join(verdicts)})"
        hints = _go_on(tx, process, prices, again=again, why=why)
        process = tx.the(LOCK_PROCESS, process_id=process_id)
    advance.send(hints)
    return process


def resume_pending(database: Database, process_id: str, prices: Prices) -> bool:
    """Let a pending process go on if its account can pay for its next page."""
    with database.transaction("resume_pending") as tx:
        process = tx.one(LOCK_PROCESS_NOW, process_id=process_id)
        if process is None or process.state != "pending" or process.publish_due:
            return False
        if not advance.bill(tx, process, prices).payable:
            return False
        hints = _go_on(tx, process, prices)
    advance.send(hints)
    return True


def _locked(tx: Transaction, account_id: str, process_id: str) -> ProcessRow:
    """Lock the account's process; ``NotFound`` also for another account's."""
    if tx.one(FIND_PROCESS, process_id=process_id, account_id=account_id) is None:
        raise NotFound
    process = tx.the(LOCK_PROCESS, process_id=process_id)
    if process.deleted:
        raise NotFound
    return process


def _refuse(reasons: dict[str, str], process: ProcessRow) -> None:
    reason = reasons.get(STATUS_OF[process.state])
    if reason is not None:
        raise Conflict(reason.replace("{id}", process.id))


def _refuse_incomplete(tx: Transaction, process: ProcessRow) -> None:
    """A file made of the pages that are left would hold less than the one it replaces."""
    if tx.the(COUNT_PAGES, process_id=process.id).n < process.page_count:
        raise Conflict(_GONE)


def _refuse_unpaid(tx: Transaction, process: ProcessRow, prices: Prices) -> None:
    owed = advance.bill(tx, process, prices)
    if not owed.payable:
        raise OutOfCredits(
            f"The account has {credits_exact(owed.available)} credits to spend, the next page costs"
            f" {credits_exact(owed.next_page)}, and all that is known to be left costs"
            f" {credits_up(owed.rest)}. The process goes on by itself after a top-up."
        )


def _refuse_nothing(tx: Transaction, process: ProcessRow, verdicts: Collection[str]) -> None:
    found = {row.verdict: row.n for row in tx.all(COUNT_VERDICTS, process_id=process.id)}
    if found.keys() & set(verdicts):
        return
    others = [verdict for verdict in RETRIABLE if verdict in found]
    there = ", ".join(f"{found[verdict]} {verdict}" for verdict in others)
    cure = f" There are: {there} (?verdict={','.join(others)})." if others else ""
    raise Conflict(f"No page of this process is {' or '.join(verdicts)}: nothing to retry.{cure}")


def _announce_end(tx: Transaction, process: ProcessRow) -> list[Hint]:
    """Fence off whoever makes the files of the end, and queue what would have followed them."""
    frontier.fence_off(tx, process.id)
    if not process.publish_due:
        return []
    keys = deliveries.enqueue(tx, process, f"process.{process.state}")
    return [Hint(job="deliver", subject=key) for key in keys]


def _go_on(
    tx: Transaction,
    process: ProcessRow,
    prices: Prices,
    *,
    again: Mapping[str, int] = _NOTHING_REOPENED,
    why: str = "",
) -> list[Hint]:
    """Bring the process back to its queue, ``again`` being reopened; returns the hints."""
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    note = f"{why} at {at}; pages that had ended and are tried again: {again['pages']}."
    tx.do("discard_files", process_id=process.id)
    tx.do("resume", process_id=process.id, notes=[note] if why else [], **again)
    fresh = tx.the(LOCK_PROCESS, process_id=process.id)
    return advance.next_hints(tx, fresh, prices)


def _reopen(
    tx: Transaction, process: ProcessRow, verdicts: Collection[str], unasked: Sequence[int]
) -> dict[str, int]:
    """Put the pages of these verdicts back into the frontier; returns how many of which kind.

    ``unasked``: the collections for whose pages robots.txt is not asked.
    """
    where = {"process_id": process.id, "verdicts": list(verdicts)}
    moved = tx.all(REDIRECTED_PAGES, **where)
    hosts = [{"id": row.id, "host": host_of(row.url)} for row in moved]
    if "robots" in verdicts:
        sites = tx.all(FORBIDDEN_SITES, process_id=process.id)
        tx.do("forget_robots", origins=[origin_of(row.site) for row in sites])
    row = tx.the(
        REOPEN_PAGES,
        hosts=orjson.dumps(hosts).decode(),
        admitted=list(unasked),
        **where,
    )
    return {name: getattr(row, name) for name in _NOTHING_REOPENED}


def _unasked(process: ProcessRow) -> list[int]:
    """Return the collections for whose pages robots.txt is not asked."""
    try:
        plan = plan_of(process, name=process.id)
    except PlanUnusable as error:
        raise Conflict(error.message) from error
    respect = settings().respect_robots
    return [c.index for c in plan.collections if not plan.asks_robots(c.index, respect=respect)]
