"""Starts a process of a task: its row and its start page, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from schemas.analyses import load_stored
from schemas.plan import Plan
from schemas.rows.processes import ProcessRow
from schemas.run import RunWishes
from schemas.stored_plan import dump_plan
from workers.db import Database, Transaction
from workers.db.named import FIND_IDEMPOTENT, INSERT_PROCESS, SAVE_IDEMPOTENT, TASK_FOR_RUN
from workers.errors import Conflict, NotFound
from workers.extraction.urls import host_of, page_key
from workers.ids import new_id
from workers.plugins import start_url
from workers.processes.advance import first_hint, send
from workers.settings import settings

NO_WISHES: Final = RunWishes()
_OTHER_BODY: Final = (
    "This Idempotency-Key came with another body before: repeat that one, or take another key."
)
ID_TRIES = 20  # ids whose first eight characters may be taken, before we give up


class _KeyTaken(Exception):
    """Another call with the same idempotency key was faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunCall:
    """The call that starts a run."""

    task_id: str
    account_id: str
    key: str | None
    wishes: RunWishes
    page: bytes | None


def submit(
    database: Database,
    *,
    task_id: str,
    account_id: str,
    idempotency_key: str | None = None,
    wishes: RunWishes = NO_WISHES,
    page: bytes | None = None,
) -> ProcessRow:
    """Start a process of the task and return its row; at once, also while the broker is down.

    The same ``idempotency_key`` within 24 hours returns the process that it started; with other
    ``wishes`` than then it is a ``Conflict``. ``page``: the start
    page, for a plan whose pages are given.
    """
    call = _RunCall(
        task_id=task_id, account_id=account_id, key=idempotency_key, wishes=wishes, page=page
    )
    try:
        process, fresh = _create(database, call)
    except _KeyTaken:
        process, fresh = _create(database, call)
    if fresh:
        send([first_hint(process)])
    return process


def _create(database: Database, call: _RunCall) -> tuple[ProcessRow, bool]:
    with database.transaction("submit") as tx:
        task = tx.one(TASK_FOR_RUN, task_id=call.task_id, account_id=call.account_id)
        if task is None:
            raise NotFound
        known = _known(tx, call)
        if known is not None:
            return known, False
        plan = load_stored(task.payload, task_name=task.name or task.id)
        process = _insert(tx, call, plan)
        if call.page is not None:
            tx.later("keep_given_page", process_id=process.id, body=call.page)
        if call.key and not _remember(tx, call, process):
            raise _KeyTaken
    return process, True


def _known(tx: Transaction, call: _RunCall) -> ProcessRow | None:
    """Return the process that the call's key started before."""
    if not call.key:
        return None
    known = tx.one(FIND_IDEMPOTENT, task_id=call.task_id, key=call.key)
    if known is not None and known.asked != call.wishes.digest:
        raise Conflict(_OTHER_BODY)
    return known


def _remember(tx: Transaction, call: _RunCall, process: ProcessRow) -> bool:
    """Take the key for this process; False when another call took it first."""
    taken = tx.one(
        SAVE_IDEMPOTENT,
        task_id=call.task_id,
        key=call.key,
        body=call.wishes.digest,
        process_id=process.id,
    )
    return taken is not None


def _insert(tx: Transaction, call: _RunCall, plan: Plan) -> ProcessRow:
    """Insert the process and its start page."""
    request, on_web = plan.collections[0].request, plan.source == "web"
    chrome = on_web and request.fetcher == "chrome"
    process = _with_fresh_id(
        tx,
        task_id=call.task_id,
        webhook=call.wishes.webhook,
        plan=dump_plan(plan),
        hints=int(not chrome),
        chrome_hints=int(chrome),
        notes=_notes(request.proxy),
    )
    url = start_url(plan)
    tx.later(
        "insert_start_page",
        process_id=process.id,
        key=page_key(url, routes=chrome),
        url=url,
        host=host_of(url) if on_web else process.id,  # no site is asked: none waits
        queue="chrome" if chrome else "base",
        admitted=not plan.asks_robots(0, respect=settings().respect_robots),
    )
    return process


def _with_fresh_id(tx: Transaction, **values: object) -> ProcessRow:
    """Insert a process; the start of its id must be new to the account, for it names the file."""
    for _ in range(ID_TRIES):
        process = tx.one(INSERT_PROCESS, process_id=new_id(), **values)
        if process is not None:
            return process
    raise Conflict("Too many processes were started within a second: try again.")


def _notes(proxy: str) -> list[str]:
    if proxy and not settings().proxies:
        return ["No proxies are configured: the pages are fetched by direct connections."]
    return []
