"""The results of an ended process in formats that its payload does not name, made when asked for.

A row says that such a file is wanted, and then where it is. Whoever asks inserts it, one worker at
a time makes the file: the slice it opens is that of a publisher, of which a process has one. What
lets the process go on fences that slice off and removes the rows, for its records change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from schemas import registry
from schemas.plan import Plan
from schemas.results_file import ResultsFile, results_file
from schemas.rows.processes import OtherFileRow, ProcessRow
from schemas.slice import OpenSlice
from workers import frontier, plugins
from workers.db import Database, Transaction
from workers.db.named import DUE_FILE, FIND_FILE, INSERT_SLICE, LOCK_PROCESS
from workers.errors import Conflict, DatabaseUnavailable, NotFound, StaleSlice
from workers.log import get_logger
from workers.processes import advance, plan_of
from workers.processes.advance import Hint
from workers.publish.contents import FATAL, results_of
from workers.publish.parts import has_ended, refuse_unreadable
from workers.publish.records import Reader, StoredPages
from workers.publish.slice_files import checked, publisher_slice, store
from workers.storage.base import Storage

TRIES: Final = 5  # at a file, until it is given up
LONGEST_PAUSE: Final = 60.0  # seconds between two of them

_RUNNING: Final = (
    "The process has not ended: its file is made then. Its records can be read now, at"
    " /v1/process/{id}/records."
)
_NO_RESULTS: Final = "The process failed without a record: there is nothing to make a file of."
_GIVEN_UP: Final = (
    "The file could not be made in this format. The records can be read in parts, at"
    " /v1/process/{id}/records."
)

log_event = get_logger()


def wanted_file(
    database: Database, process: ProcessRow, plan: Plan, *, output: str
) -> ResultsFile | None:
    """Return the process' results in the format ``output``; None while they are being made.

    Raises ``Conflict`` where there is no such file and can be none.
    """
    if not plan.makes_records:
        refuse_unreadable(process, plan)
    if not has_ended(process):
        raise Conflict(_RUNNING.replace("{id}", process.id))
    if process.publish_due:
        return None  # its own file comes first
    own = results_file(process)
    if own is not None and output == plan.format:
        return own
    with database.reading() as tx:
        row = tx.one(FIND_FILE, process_id=process.id, output=output)
    if row is not None and row.key is not None:
        return _named(process, row, row.key)
    refuse_unreadable(process, plan)
    if process.error_code in FATAL and not process.record_count:
        raise Conflict(_NO_RESULTS)
    if row is not None and row.attempts >= TRIES:
        raise Conflict(_GIVEN_UP.replace("{id}", process.id))
    if row is None:
        _want(database, process, output)
    return None


def _named(process: ProcessRow, row: OtherFileRow, key: str) -> ResultsFile:
    """Return the file under the name of the results, which ends as its format's do."""
    extension = plugins.plugin(registry.OUTPUTS, row.format).extension
    stem = (process.results_name or process.id).rpartition(".")[0] or process.id
    return ResultsFile(
        key=key,
        name=f"{stem}.{extension}",
        size=row.size or 0,
        content_type=row.content_type or "",
    )


def _want(database: Database, process: ProcessRow, output: str) -> None:
    """Note that the file is wanted, unless the process goes on meanwhile; then hint at it."""
    with database.transaction("want_file") as tx:
        now = tx.one(LOCK_PROCESS, process_id=process.id)
        if now is None or now.deleted:
            raise NotFound
        if not has_ended(now):
            raise Conflict(_RUNNING.replace("{id}", process.id))
        tx.do("insert_file", process_id=process.id, output=output)
    advance.send(advance.publish_hint(process))


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFileSlice:
    """The one slice at a file, in the format ``output``."""

    slice_: OpenSlice
    process: ProcessRow
    output: str


def open_file(database: Database, process_id: str, worker: str) -> OtherFileSlice | None:
    """Open the one slice at a file that is wanted; None when none is due or somebody is at one.

    The try is counted before it begins: a file that ends its worker each time is given up.
    """
    with database.transaction("open_file") as tx:
        process = tx.one(LOCK_PROCESS, process_id=process_id)
        if process is None or not _is_whole(process):
            return None
        due = tx.one(DUE_FILE, process_id=process_id, tries=TRIES)
        if due is None:
            return None
        opened = tx.one(INSERT_SLICE, process_id=process_id, queue="publish", worker=worker)
        if opened is None:
            return None
        tx.do("try_file", process_id=process_id, output=due.format, longest=LONGEST_PAUSE)
    slice_ = publisher_slice(opened.id, process)
    return OtherFileSlice(slice_=slice_, process=process, output=due.format)


def _is_whole(process: ProcessRow) -> bool:
    """Whether the process has ended with all that belongs to it, and has its pages still."""
    over = has_ended(process) and not process.publish_due
    return over and process.pages_kept and not process.deleted


def make_file(
    database: Database,
    storage: Storage,
    opened: OtherFileSlice,
    check: Callable[[], object] = lambda: None,
) -> list[Hint]:
    """Make and store the file and name it; later, when that fails. Returns the hint to the next.

    ``check`` is called now and then, and raises once the slice may not go on.
    """
    try:
        return _made(database, storage, opened, check)
    except (StaleSlice, DatabaseUnavailable):
        raise
    except Exception as error:
        # Whatever it was must not hold up the process' one publisher.
        log_event.exception("file_failed", format=opened.output, error=type(error).__name__)
        with database.transaction("put_off_file") as tx:
            frontier.guarded(tx, opened.slice_)
            frontier.release_slice(tx, opened.slice_, cause="closed")
        return []


def _made(
    database: Database, storage: Storage, opened: OtherFileSlice, check: Callable[[], object]
) -> list[Hint]:
    process, output = opened.process, opened.output
    plan = replace(plan_of(process, name=process.id), format=output)
    records = checked(Reader(plan, StoredPages(database, process.id)).records(), check)
    contents = results_of(database, process, plan, records)
    if contents is None:
        raise LookupError("an ended process without results was asked for a file")
    stored = store(database, storage, opened.slice_, contents, part="file")
    with database.transaction("name_file") as tx:
        frontier.guarded(tx, opened.slice_)
        named = tx.do(
            "name_file",
            process_id=process.id,
            output=output,
            key=stored.key,
            size=stored.size,
            content_type=stored.kind,
        )
        tx.do("set_objects", keys=[stored.key], state="live" if named else "garbage")
        frontier.release_slice(tx, opened.slice_, cause="closed")
        return _next_hint(tx, process)


def _next_hint(tx: Transaction, process: ProcessRow) -> list[Hint]:
    """Return a hint where another format was asked for meanwhile."""
    waits = tx.one(DUE_FILE, process_id=process.id, tries=TRIES) is not None
    return advance.publish_hint(process) if waits else []
