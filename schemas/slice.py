"""What passes between a slice and the frontier: claimed pages in, outcomes out (stdlib only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal[
    "ok", "empty", "blocked", "unrecognized", "robots", "truncated", "failed", "poisoned"
]
Step = Literal["done", "retry", "hop", "resend", "chrome"]
"""What becomes of a page: over, tried again, fetched elsewhere (with its form), or by a browser."""

Position = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSlice:
    """An open slice: the fence number and all that it needs to know of its process.

    ``plan`` and ``payload`` are as they are stored (``schemas.stored_plan``).
    """

    slice_id: int
    process_id: str
    account_id: str
    queue: str
    plan: object
    payload: object
    cookies: tuple[str, ...]
    chrome_hosts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPage:
    """One page that the slice holds. ``url`` is where to fetch it now (a redirect's target, maybe).

    ``admitted``: robots.txt has been asked. ``attempt`` counts from 1. ``chain`` is the id of the
    first page of its chain of next links. ``alone``: nothing else may be in flight beside it.
    ``resend``: every redirect so far asked for the start page's method and form again.
    ``followed``: its next page is known from an earlier try.
    """

    id: int
    collection: int
    position: Position
    url: str
    first_url: str
    host: str
    hops: int
    page_number: int
    chain: int
    attempt: int
    admitted: bool
    alone: bool = False
    resend: bool = False
    followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a claim gave. ``starved``: pages wait, but the account can't pay for one of them.

    ``over``: no page of the process is open any more, here or anywhere.
    """

    pages: tuple[ClaimedPage, ...]
    starved: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A page that a page led to. ``key`` is its identity in its collection (32 hex digits)."""

    collection: int
    position: Position
    key: str
    url: str
    host: str
    queue: str
    admitted: bool
    page_number: int = 1
    chain: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedDocument:
    """A page as one piece, where that was asked for and not its records."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """What a look at a page found (JSON), where that was asked for beside its records."""

    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one claimed page; everything in it is committed in one transaction.

    ``records`` is JSON Lines text, ``record_count`` what of it counts at the top of the file.
    ``candidates`` are next pages in document order: the first one new to the chain is taken.
    ``identities`` (of search results, one a record) tell what other pages gave already. ``report``:
    what the reading saw, as JSON, where it was asked for.
    ``page_copy`` is a page to look at later, ``page_copy_key`` the object that holds it. ``delay``
    (seconds) is for a retry. ``fetch_url`` and ``host`` are for a hop.
    """

    page_id: int
    chain: int
    step: Step = "done"
    verdict: Verdict = "failed"
    status: int | None = None
    size: int = 0
    milliseconds: int = 0
    records: str | None = None
    document: CapturedDocument | PageLook | None = None
    record_count: int = 0
    counted_records: int = 0
    details: tuple[NewPage, ...] = ()
    candidates: tuple[NewPage, ...] = ()
    identities: tuple[str, ...] = ()
    report: bytes | None = None
    page_copy: bytes | None = None
    page_copy_key: str | None = None
    error: str | None = None
    delay: float = 0.0
    fetch_url: str | None = None
    host: str | None = None
    admitted: bool = True

    @property
    def charged(self) -> bool:
        """Whether the page was a success: it answered, and it was no block."""
        return self.step == "done" and self.verdict in {"ok", "empty"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything one commit writes: outcomes, and what the process learnt on the way.

    ``limit`` pages are claimed in the same transaction (0: none); ``idle``: nothing is in flight.
    """

    outcomes: tuple[Outcome, ...]
    cookies: tuple[str, ...] | None = None
    chrome_hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    limit: int = 0
    idle: bool = False
