"""Whether a page is tried again, and when: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass

from workers.errors import FetchError, GristmillError, ServerFault

MAX_RETRY_AFTER = 3600.0  # seconds: a server that asks for longer has failed the page
MAX_BACKOFF = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The page has failed."""


@dataclass(frozen=True, slots=True)
class Again:
    """Try once more after ``delay`` seconds."""

    delay: float


def decide(error: GristmillError, attempt: int, *, retries: int, backoff: float) -> Again | GiveUp:
    """Decide after the ``attempt``-th try (from 1) of a page that may be retried ``retries`` times.

    A passing fault is tried again after ``backoff`` * 2^(attempt - 1) seconds, or when the server's
    ``Retry-After`` (RFC 9110, 10.2.3) says; a lasting one never.
    """
    if not isinstance(error, FetchError) or not error.retry or attempt > retries:
        return GiveUp()
    asked = error.retry_after if isinstance(error, ServerFault) else None
    if asked is not None:
        return Again(max(asked, 0.0)) if asked <= MAX_RETRY_AFTER else GiveUp()
    return Again(min(MAX_BACKOFF, backoff * 2 ** (attempt - 1)))
