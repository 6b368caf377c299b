"""The life of a process: submit, look up, cancel, remove; the only writer of its state.

What happens between the turns (publish, suspend) is in ``processes.advance``, how a stopped process
goes on in ``processes.resume``; what happens in a turn is in ``workers.frontier``.
"""

from __future__ import annotations

from schemas.payload import load_plan
from schemas.plan import Plan
from workers import celery, frontier
from workers.db import Database, Row, Transaction
from workers.errors import Conflict, NotFound
from workers.extraction.urls import host_of, page_key
from workers.ids import new_id
from workers.plugins import start_url
from workers.settings import settings

ENDED = frozenset({"finished", "canceled", "failed"})
ID_TRIES = 20  # ids whose first eight characters may be taken, before we give up


class _KeyTaken(Exception):
    """Another call with the same idempotency key was faster."""


def submit(
    database: Database, *, task_id: str, account_id: str, idempotency_key: str | None = None
) -> Row:
    """Start a process of the task and return its row; at once, also while the broker is down.

    The same ``idempotency_key`` within 24 hours returns the process that it started.
    """
    try:
        process, fresh = _create(database, task_id, account_id, idempotency_key)
    except _KeyTaken:
        process, fresh = _create(database, task_id, account_id, idempotency_key)
    if fresh:
        celery.send("chrome" if process.chrome_hints else "first", process.id, process.generation)
    return process


def _create(database: Database, task_id: str, account_id: str, key: str | None) -> tuple[Row, bool]:
    with database.transaction("submit") as tx:
        task = tx.one("task_for_run", task_id=task_id, account_id=account_id)
        if task is None:
            raise NotFound
        known = tx.one("find_idempotent", task_id=task_id, key=key) if key else None
        if known is not None:
            return known, False
        process = _insert(tx, task_id, load_plan(task.payload, task_name=task.name or task.id))
        if key and not tx.one("save_idempotent", task_id=task_id, key=key, process_id=process.id):
            raise _KeyTaken
    return process, True


def _insert(tx: Transaction, task_id: str, plan: Plan) -> Row:
    """Insert the process and its start page."""
    request = plan.collections[0].request
    chrome = request.fetcher == "chrome"
    process = _with_fresh_id(
        tx,
        task_id=task_id,
        hints=int(not chrome),
        chrome_hints=int(chrome),
        notes=_notes(request.proxy),
    )
    url = start_url(plan)
    tx.later(
        "insert_start_page",
        process_id=process.id,
        key=page_key(url),
        url=url,
        host=host_of(url),
        queue=request.fetcher,
        admitted=not plan.asks_robots(0, respect=settings().respect_robots),
    )
    return process


def _with_fresh_id(tx: Transaction, **values: object) -> Row:
    """Insert a process; the start of its id must be new to the account, for it names the file."""
    for _ in range(ID_TRIES):
        process = tx.one("insert_process", process_id=new_id(), **values)
        if process is not None:
            return process
    raise Conflict("Too many processes were started within a second: try again.")


def _notes(proxy: str) -> list[str]:
    if proxy and not settings().proxies:
        return ["No proxies are configured: the pages are fetched by direct connections."]
    return []


def find(database: Database, *, account_id: str, process_id: str) -> Row:
    """Return the process; ``NotFound`` also for another account's."""
    with database.reading() as tx:
        process = tx.one("find_process", process_id=process_id, account_id=account_id)
    if process is None:
        raise NotFound
    return process


def of_task(
    database: Database, *, account_id: str, task_id: str, limit: int, before: int | None
) -> list[Row]:
    """Return the task's processes, newest first; ``before`` is the ``seq`` to go on below."""
    with database.reading() as tx:
        if tx.one("find_task_id", task_id=task_id, account_id=account_id) is None:
            raise NotFound
        return tx.all(
            "processes_of_task",
            task_id=task_id,
            account_id=account_id,
            limit=limit,
            before=before,
        )


def pages(
    database: Database,
    *,
    account_id: str,
    process_id: str,
    limit: int,
    after: tuple[list[int], int] | None = None,
    verdict: str | None = None,
) -> list[Row]:
    """Return pages in document order; ``after`` is the (position, id) of the last one seen."""
    find(database, account_id=account_id, process_id=process_id)
    with database.reading() as tx:
        return tx.all(
            "pages_of_process",
            process_id=process_id,
            limit=limit,
            after=after[0] if after else None,
            after_id=after[1] if after else None,
            verdict=verdict,
        )


def find_results(database: Database, *, account_id: str, name: str) -> Row:
    """Return the process whose results file has this name (``results_key`` is its object)."""
    with database.reading() as tx:
        found = tx.one("results_by_name", account_id=account_id, name=name)
    if found is None:
        raise NotFound("There is no results file with this name.")
    return found


def cancel(database: Database, *, account_id: str, process_id: str) -> Row:
    """Cancel the process and return it: a receipt, durable and fencing first, revoked after.

    A process that has ended already is returned as it is.
    """
    find(database, account_id=account_id, process_id=process_id)
    with database.transaction("cancel") as tx:
        process = tx.one("lock_process", process_id=process_id)
        if process is None or process.deleted:
            raise NotFound
        if process.state in ENDED:
            return process
        frontier.fence_off(tx, process_id)
        canceled = tx.one("cancel_process", process_id=process_id)
    celery.revoke(process_id, process.generation)
    celery.send("publish", process_id, process.generation)
    return canceled


def remove_task(database: Database, *, account_id: str, task_id: str) -> None:
    """Cancel what runs and take the task out of sight; the sweep removes its rows and objects."""
    with database.transaction("remove_task") as tx:
        if tx.one("lock_task", task_id=task_id, account_id=account_id) is None:
            raise NotFound
        tx.do("hide_task", task_id=task_id)
        tx.do("hide_ended", task_id=task_id)
        stopped = tx.all("live_processes", task_id=task_id)
        for row in stopped:
            tx.one("lock_process", process_id=row.id)
            frontier.fence_off(tx, row.id)
            tx.do("hide_process", process_id=row.id)
    for row in stopped:
        if row.hinted:  # each worker remembers what was revoked
            celery.revoke(row.id, row.generation)
