"""Rows of pages: as they are listed, counted and tried again, and read for the files."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class PageRow(Protocol):
    """A page as it is listed; ``page_copy_key`` is the object that it was kept as."""

    id: int
    url: str
    position: list[int]
    collection: int
    queue: str
    attempts: int
    http_status: int | None
    state: str
    verdict: str | None
    bytes: int
    milliseconds: int
    record_count: int
    cost: int
    error: str | None
    page_copy_key: str | None


class StartPageRow(Protocol):
    """How the first page of a process ended."""

    verdict: str | None
    error: str | None
    http_status: int | None


class VerdictCountRow(Protocol):
    """How many pages ended like this."""

    verdict: str
    n: int


class RedirectedPageRow(Protocol):
    """A page that was last asked for elsewhere than at its ``url``."""

    id: int
    url: str


class SiteRow(Protocol):
    """A site, as scheme and authority."""

    site: str


class ReopenedRow(Protocol):
    """How many pages are tried again, and how many of them were counted as what."""

    pages: int
    empty: int
    blocked: int
    failed: int


class LogPageRow(Protocol):
    """A page that is over, for the log; ``report`` is what its reading saw, of a few pages."""

    id: int
    collection: int
    position: list[int]
    page_number: int
    done_at: datetime
    url: str
    attempts: int
    http_status: int | None
    verdict: str
    record_count: int
    milliseconds: int
    queue: str
    error: str | None
    report: object | None


class LookRow(Protocol):
    """A page that was looked at; ``body`` is what was found on it, None where nothing could be."""

    id: int
    url: str
    position: list[int]
    collection: int
    queue: str
    http_status: int | None
    verdict: str | None
    bytes: int
    milliseconds: int
    record_count: int
    error: str | None
    body: memoryview | None


class TopPageRow(Protocol):
    """A page of the top collection with its records (JSON Lines), and the key of its next one."""

    id: int
    collection: int
    position: list[int]
    records: str
    next_key: str | None


class GivingPageRow(Protocol):
    """A page with its records (JSON Lines)."""

    id: int
    collection: int
    records: str


class ArrivedPageRow(GivingPageRow, Protocol):
    """A page with records of the results file; ``arrival``: its number among those."""

    arrival: int


class KeyedPageRow(Protocol):
    """A details page that was looked up by its key."""

    id: int
    collection: int
    key: str
    state: str
    records: str | None
    next_key: str | None
