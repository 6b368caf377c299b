"""Looks processes up, and their pages; another account's are not found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from schemas.codes import STATUS_OF
from schemas.rows.pages import PageRow
from schemas.rows.processes import ProcessRow, StatsRow, StoredResultsRow
from workers.db import Database
from workers.db.named import (
    FIND_PROCESS,
    FIND_TASK_ID,
    GIVEN_PAGE,
    PAGES_OF_PROCESS,
    PROCESSES_OF_ACCOUNT,
    PROCESSES_OF_TASK,
    RESULTS_BY_NAME,
    STATS_OF,
)
from workers.errors import Conflict, NotFound


def find(database: Database, *, account_id: str, process_id: str) -> ProcessRow:
    """Return the process; ``NotFound`` also for another account's."""
    with database.reading() as tx:
        process = tx.one(FIND_PROCESS, process_id=process_id, account_id=account_id)
    if process is None:
        raise NotFound
    return process


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which processes a list shall hold, and what part of it.

    ``status``: as the API words it. ``since``: only those that started or ended then or later.
    ``before``: the ``seq`` to go on below. None: all.
    """

    limit: int
    before: int | None = None
    status: str | None = None
    since: datetime | None = None


def of_task(
    database: Database, *, account_id: str, task_id: str, wanted: Wanted
) -> list[ProcessRow]:
    """Return the task's processes, newest first."""
    with database.reading() as tx:
        if tx.one(FIND_TASK_ID, task_id=task_id, account_id=account_id) is None:
            raise NotFound
        return tx.all(PROCESSES_OF_TASK, task_id=task_id, account_id=account_id, **asdict(wanted))


def of_account(database: Database, *, account_id: str, wanted: Wanted) -> list[ProcessRow]:
    """Return the processes of the account's listed tasks, newest first."""
    with database.reading() as tx:
        return tx.all(PROCESSES_OF_ACCOUNT, account_id=account_id, **asdict(wanted))


def stats(database: Database, *, account_id: str, process_id: str) -> StatsRow:
    """Return what the process' file holds; ``Conflict`` while nothing was counted."""
    process = find(database, account_id=account_id, process_id=process_id)
    if STATUS_OF[process.state] == "running" or process.publish_due:
        raise Conflict(
            "Records are counted when their file is made, at the end of the run: ask again once it"
            " is there."
        )
    with database.reading() as tx:
        row = tx.one(STATS_OF, process_id=process_id)
    if row is None:
        raise Conflict(
            "This run has no counted records: it made a document, it failed before it had any, or"
            " it ended before an update. A new run of its task has them."
        )
    return row


def pages(
    database: Database,
    *,
    account_id: str,
    process_id: str,
    limit: int,
    after: tuple[list[int], int] | None = None,
    verdict: str | None = None,
) -> list[PageRow]:
    """Return pages in document order; ``after`` is the (position, id) of the last one seen."""
    find(database, account_id=account_id, process_id=process_id)
    with database.reading() as tx:
        return tx.all(
            PAGES_OF_PROCESS,
            process_id=process_id,
            limit=limit,
            after=after[0] if after else None,
            after_id=after[1] if after else None,
            verdict=verdict,
        )


def given_page(database: Database, process_id: str) -> bytes | None:
    """Return the page that the call of this process brought along, while it is kept."""
    with database.reading() as tx:
        found = tx.one(GIVEN_PAGE, process_id=process_id)
    return bytes(found.body) if found else None


def find_results(database: Database, *, account_id: str, name: str) -> StoredResultsRow:
    """Return the process whose results file has this name (``results_key`` is its object)."""
    with database.reading() as tx:
        found = tx.one(RESULTS_BY_NAME, account_id=account_id, name=name)
    if found is None:
        raise NotFound("There is no results file with this name.")
    return found
