"""The files of a process: made from Postgres, put into storage, named by one committed row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemas.plan import Plan
from schemas.results_file import results_file
from schemas.rows.processes import ProcessRow
from schemas.slice import OpenSlice
from workers import deliveries, frontier
from workers.crashpoint import around
from workers.db import Database
from workers.db.named import FINISH_PROCESS, INSERT_SLICE, NAME_RESULTS, PUBLISHABLE
from workers.errors import DatabaseUnavailable, PlanUnusable, StaleSlice, StorageUnavailable
from workers.ids import new_id
from workers.log import get_logger
from workers.processes import plan_of
from workers.processes.advance import Hint
from workers.publish.contents import FATAL, Contents, file_name, log_of, results_of
from workers.publish.findings import Findings
from workers.publish.records import Reader, StoredPages
from workers.storage.base import Storage

TRIES = 60  # attempts at storing the files, until the process has failed
LONGEST_PAUSE = 60.0  # seconds between two of them
GROWTH = 1.5  # of that pause: a storage that was away for long is found within half that time
CHECK_EVERY = 1000  # records after which it is asked whether the slice may go on

DEADLY = ("internal", "The worker ended each time that it made the files.")

log_event = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object that was written: its key, its size in bytes, and its content type."""

    key: str
    size: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSlice:
    """The one slice at a process' files, with the row of the process.

    ``plan`` is None where the process has no usable one: then it fails with ``error`` (code and
    message), and has a log alone.
    """

    slice_: OpenSlice
    process: ProcessRow
    plan: Plan | None
    error: tuple[str, str] | None = None


def open_publish(database: Database, process_id: str, worker: str) -> PublishSlice | None:
    """Open the one slice at a process' files; None when none is due or somebody has it."""
    with database.transaction("open_publish") as tx:
        process = tx.one(PUBLISHABLE, process_id=process_id)
        if process is None or not process.ripe:
            return None
        opened = tx.one(INSERT_SLICE, process_id=process_id, queue="publish", worker=worker)
        if opened is None:
            return None
        plan, error = _planned(process)
        name = file_name(tx, process, plan) if plan else None
        named = tx.the(NAME_RESULTS, process_id=process_id, name=name)
    slice_ = publisher_slice(opened.id, process)
    process = process._replace(
        results_name=named.results_name, publish_attempts=named.publish_attempts
    )
    if error is not None:
        process = process._replace(error_code=error[0], error_message=error[1])
    return PublishSlice(slice_=slice_, process=process, plan=plan, error=error)


def publisher_slice(slice_id: int, process: ProcessRow) -> OpenSlice:
    """Return the slice of a publisher, who fetches nothing."""
    return OpenSlice(
        slice_id=slice_id,
        process_id=process.id,
        account_id=process.account_id,
        queue="publish",
        plan=process.plan,
        payload=process.payload,
        cookies=(),
        chrome_hosts=frozenset(),
    )


def _planned(process: ProcessRow) -> tuple[Plan | None, tuple[str, str] | None]:
    """Return the plan and None; without a usable one None, and what the process fails with."""
    try:
        return plan_of(process, name=process.id), None
    except PlanUnusable as error:
        return None, (error.code, error.message)


def store(
    database: Database,
    storage: Storage,
    slice_: OpenSlice,
    contents: Contents,
    *,
    part: str,
) -> Stored:
    """Write one object for the process.

    ``part`` says what it is: ``results`` or ``log``. Its key is announced first, so that whatever
    a crash leaves behind is known as garbage.
    """
    key = f"{slice_.process_id}/{new_id()}.{contents.extension}"
    with database.transaction("announce_object") as tx:
        frontier.guarded(tx, slice_)
        tx.do("announce_object", key=key, process_id=slice_.process_id)
    with around(f"upload.{part}"):
        size = storage.put(key, contents.chunks, contents.kind)
    return Stored(key=key, size=size, kind=contents.kind)


def finish(
    database: Database,
    slice_: OpenSlice,
    *,
    results: Stored | None,
    log: Stored | None,
    findings: Findings | None = None,
    error: tuple[str, str] | None = None,
) -> list[Hint]:
    """Name the files, end the process (a canceled or pending one stays so), queue deliveries.

    ``findings`` are of these files; they replace those of earlier ones.
    """
    with database.transaction("finish") as tx:
        before = frontier.guarded(tx, slice_)
        code, message = error or (None, None)
        if findings is None:
            tx.later("drop_stats", process_id=slice_.process_id)
        process = tx.the(
            FINISH_PROCESS,
            process_id=slice_.process_id,
            failed=(code or before.error_code) in FATAL,
            results_key=results.key if results else None,
            results_size=results.size if results else None,
            results_type=results.kind if results else None,
            log_key=log.key if log else None,
            error_code=code,
            error_message=message,
            warnings=findings.keep(tx) if findings else "[]",
        )
        fresh = [stored.key for stored in (results, log) if stored]
        stale = [key for key in (before.results_key, before.log_key) if key and key not in fresh]
        tx.do("set_objects", keys=fresh, state="live")
        tx.do("set_objects", keys=stale, state="garbage")
        if results is not None:
            tx.do("drop_document", process_id=slice_.process_id)
        frontier.release_slice(tx, slice_, cause="closed")
        queued = deliveries.enqueue(tx, process, f"process.{process.state}")
    return [Hint(job="deliver", subject=delivery) for delivery in queued]


def put_off(database: Database, slice_: OpenSlice, attempts: int) -> bool:
    """Give the slice back after storage failed; False when it has failed too often."""
    if attempts >= TRIES:
        return False
    with database.transaction("put_off") as tx:
        frontier.guarded(tx, slice_)
        delay = min(LONGEST_PAUSE, GROWTH**attempts)
        tx.do("postpone_publish", process_id=slice_.process_id, delay=delay)
        frontier.release_slice(tx, slice_, cause="closed")
    return True


def _as_before(process: ProcessRow) -> Stored | None:
    """Return the file that the process has: one that went on has no second document to make."""
    file = results_file(process)
    return Stored(key=file.key, size=file.size, kind=file.content_type) if file else None


def publish(
    database: Database,
    storage: Storage,
    opened: PublishSlice,
    check: Callable[[], object] = lambda: None,
) -> list[Hint]:
    """Make and store the files of the process and end it; later, when storage is away.

    ``check`` is called now and then, and raises once the slice may not go on.
    """
    slice_, process, plan = opened.slice_, opened.process, opened.plan
    if process.publish_attempts > TRIES:  # a failed try would have ended it: this kills its worker
        return finish(database, slice_, results=None, log=None, error=DEADLY)
    findings = Findings(plan, process) if plan and plan.makes_records else None
    try:
        results = _store_results(database, storage, opened, findings, check)
        contents = log_of(database, process, plan.name if plan else process.id, findings)
        log = store(database, storage, slice_, contents, part="log")
    except (StaleSlice, DatabaseUnavailable):
        raise
    except Exception as error:
        # Whatever keeps the files from being made must end the process at last.
        log_event.exception("publish_failed", error=type(error).__name__)
        if put_off(database, slice_, process.publish_attempts):
            return []
        code = "storage_failed" if isinstance(error, StorageUnavailable) else "internal"
        failure = (code, "The files could not be made and stored.")
        return finish(database, slice_, results=None, log=None, error=failure)
    return finish(database, slice_, results=results, log=log, findings=findings, error=opened.error)


def _store_results(
    database: Database,
    storage: Storage,
    opened: PublishSlice,
    findings: Findings | None,
    check: Callable[[], object],
) -> Stored | None:
    """Store the results file, or keep the one there is where no other can be made."""
    plan, process = opened.plan, opened.process
    if plan is None:
        return _as_before(process)
    records = checked(Reader(plan, StoredPages(database, process.id)).records(), check)
    records = findings.through(records) if findings else records
    contents = results_of(database, process, plan, records)
    if contents is not None:
        return store(database, storage, opened.slice_, contents, part="results")
    return None if plan.capture is None else _as_before(process)


def checked(records: Iterator[bytes], check: Callable[[], object]) -> Iterator[bytes]:
    """Yield the records; ``check`` is called now and then on the way."""
    for count, record in enumerate(records):
        if count % CHECK_EVERY == 0:
            check()
        yield record
