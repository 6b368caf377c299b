"""The files of a process: made from Postgres, put into storage, named by one committed row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas import registry
from schemas.payload import load_plan
from schemas.plan import Plan
from schemas.turn import SliceTurn
from workers import frontier, plugins
from workers.advance import Enqueue, Hint
from workers.crashpoint import around
from workers.db import Database, Row
from workers.errors import DatabaseUnavailable, StaleSlice, StorageUnavailable
from workers.ids import new_id
from workers.log import get_logger
from workers.publish import read_on
from workers.storage.base import Storage

TRIES = 60  # attempts at storing the files, until the process has failed
LONGEST_PAUSE = 60.0  # seconds between two of them
FATAL = frozenset({"start_page_failed", "blocked", "storage_failed", "internal"})

log_event = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object that was written: its key, and its size in bytes."""

    key: str
    size: int


def open_publish(
    database: Database, process_id: str, worker: str
) -> tuple[SliceTurn, Row, Plan] | None:
    """Open the one turn at a process' files; None when none is due or somebody has it."""
    with database.transaction("open_publish") as tx:
        process = tx.one("publishable", process_id=process_id)
        if process is None or not process.ripe:
            return None
        opened = tx.one("insert_slice", process_id=process_id, queue="publish", worker=worker)
        if opened is None:
            return None
        plan = load_plan(process.payload, task_name=process_id)
        named = tx.the("name_results", process_id=process_id, name=file_name(process, plan))
    turn = SliceTurn(
        slice_id=opened.id,
        process_id=process_id,
        account_id=process.account_id,
        queue="publish",
        payload=process.payload,
        cookies=(),
        chrome_hosts=frozenset(),
    )
    process = process._replace(
        results_name=named.results_name, publish_attempts=named.publish_attempts
    )
    return turn, process, plan


def file_name(process: Row, plan: Plan) -> str:
    """Return the published form of a file's name: ``1PBhj5EG_2026-05-15_19:02.csv``, in UTC."""
    extension = plugins.plugin(registry.OUTPUTS, plan.format).extension
    return f"{process.id[:8]}_{datetime.now(UTC):%Y-%m-%d_%H:%M}.{extension}"


def store(
    database: Database,
    storage: Storage,
    turn: SliceTurn,
    chunks: Iterable[bytes],
    kind: tuple[str, str],
    *,
    part: str,
) -> Stored:
    """Write one object for the process; ``kind`` is (extension, content type).

    ``part`` says what it is: ``results`` or ``log``. Its key is announced first, so that whatever
    a crash leaves behind is known as garbage.
    """
    key = f"{turn.process_id}/{new_id()}.{kind[0]}"
    with database.transaction("announce_object") as tx:
        frontier.guarded(tx, turn)
        tx.do("announce_object", key=key, process_id=turn.process_id)
    with around(f"upload.{part}"):
        return Stored(key=key, size=storage.put(key, chunks, kind[1]))


def wants_results(process: Row) -> bool:
    """A process that failed without any record has no results file."""
    return process.error_code not in FATAL or process.record_count > 0


def finish(
    database: Database,
    turn: SliceTurn,
    *,
    results: Stored | None,
    log: Stored | None,
    enqueue: Enqueue,
    error: tuple[str, str] | None = None,
) -> list[Hint]:
    """Name the files, end the process (a canceled or pending one stays so), queue deliveries."""
    with database.transaction("finish") as tx:
        before = frontier.guarded(tx, turn)
        code, message = error or (None, None)
        process = tx.the(
            "finish_process",
            process_id=turn.process_id,
            failed=(code or before.error_code) in FATAL,
            results_key=results.key if results else None,
            results_size=results.size if results else None,
            log_key=log.key if log else None,
            error_code=code,
            error_message=message,
        )
        fresh = [stored.key for stored in (results, log) if stored]
        stale = [key for key in (before.results_key, before.log_key) if key]
        tx.do("set_objects", keys=fresh, state="live")
        tx.do("set_objects", keys=stale, state="garbage")
        tx.do("delete_slice", slice_id=turn.slice_id)
        deliveries = list(enqueue(tx, process, f"process.{process.state}"))
    return [Hint(job="deliver", subject=delivery) for delivery in deliveries]


def put_off(database: Database, turn: SliceTurn, attempts: int) -> bool:
    """Give the turn back after storage failed; False when it has failed too often."""
    if attempts >= TRIES:
        return False
    with database.transaction("put_off") as tx:
        frontier.guarded(tx, turn)
        delay = min(LONGEST_PAUSE, 2.0**attempts)
        tx.do("postpone_publish", process_id=turn.process_id, delay=delay)
        tx.do("delete_slice", slice_id=turn.slice_id)
    return True


def log_lines(database: Database, process: Row, plan: Plan) -> Iterator[bytes]:
    """Yield the process log: a readable line a page, and why the process ended."""
    yield f"# process {process.id} of task {process.task_id}: {plan.name}\n".encode()
    yield b"# time, attempt, status, verdict, records, milliseconds, fetcher, url, error\n"
    for page in read_on(database, "log_pages", process.id):
        yield _line(page).encode()
    for note in process.notes:
        yield f"# {note}\n".encode()
    yield f"# {_end(process)}\n".encode()


def _line(page: Row) -> str:
    error = f" {' '.join(page.error.split())}" if page.error else ""
    return (
        f"{page.done_at:%Y-%m-%dT%H:%M:%SZ} attempt={page.attempts}"
        f" status={page.http_status or '-'}"
        f" verdict={page.verdict} records={page.record_count} ms={page.milliseconds}"
        f" fetcher={page.queue} {page.url}{error}\n"
    )


def _end(process: Row) -> str:
    counts = (
        f"{process.request_count} requests, {process.response_count} responses,"
        f" {process.record_count} records, {process.failed_count} failed,"
        f" {process.empty_count} empty, {process.blocked_count} blocked"
    )
    if process.state == "canceled":
        return f"canceled by the user: {counts}"
    if process.state == "pending":
        return f"stopped for want of credits: {counts}"
    if process.error_code in FATAL:
        return f"failed ({process.error_code}): {process.error_message} {counts}"
    limit = f" {process.error_message}" if process.error_message else ""
    return f"finished: {counts}.{limit}"


def publish(
    database: Database,
    storage: Storage,
    turn: SliceTurn,
    process: Row,
    plan: Plan,
    *,
    records: Iterable[bytes],
    enqueue: Enqueue,
) -> list[Hint]:
    """Make and store the files of the process and end it; later, when storage is away."""
    try:
        results = None
        if wants_results(process):
            writer = plugins.output(plan)
            kind = (writer.extension, writer.content_type)
            results = store(database, storage, turn, writer.encode(records), kind, part="results")
        log = store(
            database,
            storage,
            turn,
            log_lines(database, process, plan),
            ("log", "text/plain; charset=utf-8"),
            part="log",
        )
    except (StaleSlice, DatabaseUnavailable):
        raise
    except Exception as error:
        # Whatever keeps the files from being made must end the process at last.
        log_event.exception("publish_failed", error=type(error).__name__)
        if put_off(database, turn, process.publish_attempts):
            return []
        code = "storage_failed" if isinstance(error, StorageUnavailable) else "internal"
        failure = (code, "The files could not be made and stored.")
        return finish(database, turn, results=None, log=None, enqueue=enqueue, error=failure)
    return finish(database, turn, results=results, log=log, enqueue=enqueue)
