"""Rows of processes: whole ones, and what is asked of one in passing."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, Self


class ProcessRow(Protocol):
    """A process. ``plan`` and ``payload`` are JSON as stored (``schemas.stored_plan``).

    ``webhook``: the run's own, until it was told. ``arrivals``: the last number that a page of it
    took; None where an older release began it.
    """

    id: str
    seq: int
    task_id: str
    account_id: str
    payload: object
    plan: object
    deleted: bool
    state: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    hints: int
    chrome_hints: int
    generation: int
    starved: bool
    request_count: int
    response_count: int
    record_count: int
    failed_count: int
    empty_count: int
    blocked_count: int
    page_count: int
    open_pages: int
    cost: int
    missing: int
    error_code: str | None
    error_message: str | None
    notes: list[str]
    cookies: list[str]
    chrome_hosts: list[str]
    warnings: object
    publish_due: bool
    publish_attempts: int
    results_name: str | None
    results_key: str | None
    results_size: int | None
    results_type: str | None
    log_key: str | None
    webhook: str
    arrivals: int | None
    pages_kept: bool

    def _replace(self, **changes: object) -> Self:
        """Return the row with other values in these columns, as any named tuple does."""
        ...


class KnownRunRow(ProcessRow, Protocol):
    """A process that a key started before; ``asked``: the digest of what its call said."""

    asked: str


class PublishableRow(ProcessRow, Protocol):
    """A process whose file is due; ``ripe``: and not put off."""

    ripe: bool


class StatsRow(Protocol):
    """What a process' file holds; ``columns`` is JSON as stored (``schemas.stats``)."""

    records: int
    left_out: int
    columns: object


class NamedResultsRow(Protocol):
    """The name that a results file keeps, and how many tries at it have begun."""

    results_name: str
    publish_attempts: int


class StoredResultsRow(Protocol):
    """A process that has a results file."""

    id: str
    results_key: str
    results_name: str


class DueFileRow(Protocol):
    """A results file that is wanted in a format of ``registry.OUTPUTS``."""

    format: str


class OtherFileRow(DueFileRow, Protocol):
    """One that is wanted, or there: then it has a key."""

    key: str | None
    size: int | None
    content_type: str | None
    attempts: int


class DocumentTypeRow(Protocol):
    """Of what kind a process' document is."""

    content_type: str


class DocumentRow(DocumentTypeRow, Protocol):
    """A process' document."""

    body: memoryview


class LiveProcessRow(Protocol):
    """A process of a task that goes; ``hinted``: messages of it may wait."""

    id: str
    generation: int
    hinted: bool


class NeglectedRow(Protocol):
    """A process that nobody is at; ``unhinted``: no message of it waits. ``age`` is its hint's."""

    id: str
    unhinted: bool
    age: float


class UnpublishedRow(NeglectedRow, Protocol):
    """A process whose file nobody makes."""

    generation: int


class BusyQueueRow(Protocol):
    """How many slices of a queue are at a process."""

    queue: str
    n: int


class ClaimableRow(Protocol):
    """In how many seconds a queue of a process has something to claim."""

    queue: str
    wait: float


class QueuedPagesRow(Protocol):
    """How many pages of a queue are to be paid for; ``paid``: another one is already."""

    queue: str
    n: int
    paid: bool


class NotedProcessRow(Protocol):
    """A process that is locked to write into its log."""

    id: str
    log_key: str | None


class LogRow(Protocol):
    """A log file that is locked."""

    log_key: str
