"""Rows of slices: their process and pages as they see them, and the hosts that they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class SliceIdRow(Protocol):
    """A slice."""

    id: int


class HeldSliceRow(Protocol):
    """A slice and for whom it works."""

    slice_id: int
    process_id: str
    account_id: str
    queue: str


class SilentSliceRow(HeldSliceRow, Protocol):
    """A slice with its worker, and for how many seconds it has been silent."""

    worker: str
    silence: float


class EndedSliceRow(Protocol):
    """A slice that ended; ``page_id`` is the page that it tried alone."""

    id: int
    page_id: int | None


class SliceProcessRow(Protocol):
    """What a slice needs to know of its process, which is locked.

    ``cookies`` and ``known`` are null where they were not asked for; an entry of ``known`` is
    ``[collection, key, chain]``.
    """

    page_count: int
    open_pages: int
    error_code: str | None
    chrome_hosts: list[str]
    results_key: str | None
    log_key: str | None
    cookies: list[str] | None
    age: float
    known: Sequence[Sequence[object]] | None


class KnownPagesRow(Protocol):
    """The pages that the frontier holds: ``[collection, key, chain]`` each."""

    known: Sequence[Sequence[object]]


class ClaimedRow(Protocol):
    """A page that was given to a slice; all is null but ``payable`` where none can be paid for."""

    payable: bool
    id: int
    collection: int
    position: list[int]
    url: str
    fetch_url: str | None
    host: str
    hops: int
    resend: bool
    page_number: int
    chain: int
    attempt: int
    admitted: bool
    followed: bool


class ReleasedPageRow(Protocol):
    """A page that went back; ``held`` had been reserved for it."""

    id: int
    deaths: int
    lone_deaths: int
    held: int


class SharedDeathRow(Protocol):
    """Whether another process' worker died lately, too."""

    shared: bool


class SlotsRow(Protocol):
    """How many requests may be in flight at a host."""

    host: str
    slots: int


class MomentRow(Protocol):
    """How many seconds to wait for a host; null beyond the horizon."""

    wait: float | None


class RobotsRow(Protocol):
    """What a robots.txt said, and for how many seconds that is good."""

    status: int
    body: str
    seconds: float


class ProxyFaultRow(Protocol):
    """A proxy that rests for a host."""

    proxy: str
    faults: int
    seconds: float
