"""What the files of a process hold: its records in their format, or its document, and its log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas import registry
from schemas.plan import Paper, Picture, Plan
from schemas.rows.pages import LogPageRow
from schemas.rows.processes import ProcessRow
from schemas.warnings import PayloadWarning
from workers import plugins
from workers.db import Database, Transaction
from workers.db.named import DOCUMENT, DOCUMENT_TYPE, LOG_PAGES
from workers.publish import analysed
from workers.publish.findings import Findings
from workers.publish.records import read_on
from workers.storage.names import extension_of

FATAL = frozenset({"start_page_failed", "blocked", "storage_failed", "internal"})
LOG_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an object is to hold: its bytes, the end of its name, and its content type."""

    chunks: Iterable[bytes]
    extension: str
    kind: str


def file_name(tx: Transaction, process: ProcessRow, plan: Plan) -> str:
    """Return the published form of a file's name: ``1PBhj5EG_2026-05-15_19:02.csv``, in UTC."""
    extension = _extension(tx, process, plan)
    return f"{process.id[:8]}_{datetime.now(UTC):%Y-%m-%d_%H:%M}.{extension}"


def _extension(tx: Transaction, process: ProcessRow, plan: Plan) -> str:
    if plan.analysis is not None:
        return "json"
    if plan.capture is None:
        return str(plugins.plugin(registry.OUTPUTS, plan.format).extension)
    if isinstance(plan.capture, Paper):
        return "pdf"
    if isinstance(plan.capture, Picture):
        return extension_of(f"image/{plan.capture.format}")
    document = tx.one(DOCUMENT_TYPE, process_id=process.id)
    return extension_of(document.content_type if document else "text/html")


def results_of(
    database: Database, process: ProcessRow, plan: Plan, records: Iterable[bytes]
) -> Contents | None:
    """Return what the results file is to hold; None for a process that came to nothing."""
    if plan.analysis is not None:
        document = analysed.document(database, process.id, plan, records)
        return Contents(chunks=[document], extension="json", kind="application/json")
    if plan.capture is not None:
        return _document(database, process)
    if process.error_code in FATAL and not process.record_count:
        return None
    writer = plugins.output(plan)
    chunks = writer.encode(records)
    return Contents(chunks=chunks, extension=writer.extension, kind=writer.content_type)


def _document(database: Database, process: ProcessRow) -> Contents | None:
    """Return the process' one document, if its page was fetched."""
    with database.reading() as tx:
        found = tx.one(DOCUMENT, process_id=process.id)
    if found is None:
        return None
    kind = found.content_type
    return Contents(chunks=[bytes(found.body)], extension=extension_of(kind), kind=kind)


def log_of(
    database: Database, process: ProcessRow, name: str, findings: Findings | None
) -> Contents:
    """Return the process log: a readable line a page, why the process ended, and what is odd."""
    chunks = _log(database, process, name, findings)
    return Contents(chunks=chunks, extension="log", kind=LOG_TYPE)


def _log(
    database: Database, process: ProcessRow, name: str, findings: Findings | None
) -> Iterator[bytes]:
    pages = read_on(database, LOG_PAGES, process.id)
    yield f"# process {process.id} of task {process.task_id}: {name}\n".encode()
    yield b"# time, attempt, status, verdict, records, milliseconds, fetcher, url, error\n"
    for page in pages if findings is None else findings.pages_through(pages):
        yield _line(page).encode()
    for note in process.notes:
        yield f"# {note}\n".encode()
    yield f"# {_end(process)}\n".encode()
    for warning in findings.warnings() if findings else ():
        yield f"# {_warning(warning)}\n".encode()


def _line(page: LogPageRow) -> str:
    error = f" {' '.join(page.error.split())}" if page.error else ""
    return (
        f"{page.done_at:%Y-%m-%dT%H:%M:%SZ} attempt={page.attempts}"
        f" status={page.http_status or '-'}"
        f" verdict={page.verdict} records={page.record_count} ms={page.milliseconds}"
        f" fetcher={page.queue} {page.url}{error}\n"
    )


def _warning(warning: PayloadWarning) -> str:
    return f"warning {warning.code} at {warning.pointer}: {warning.detail} {warning.hint}".rstrip()


def _end(process: ProcessRow) -> str:
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
