"""What an engine found on a page → numbered records and a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.plan import Serp
from workers.serp.base import Record, SerpPage, Verdict

KINDS = {"ads": "ad", "questions": "question", "related": "related"}
"""A word of ``include`` → the ``kind`` of its records."""


@dataclass(slots=True, kw_only=True)
class Found:
    """The content of a page, each list in the order of the page, not yet numbered."""

    layout: str
    organic: list[Record] = field(default_factory=list)
    ads: list[Record] = field(default_factory=list)
    questions: list[Record] = field(default_factory=list)
    related: list[Record] = field(default_factory=list)
    next_url: str | None = None
    nothing: bool = False
    """Whether the engine itself says that it found nothing."""


def record(**fields: str | int | None) -> Record:
    """Return a record without the fields that the page does not show."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def titled(titles: Iterable[str]) -> list[Record]:
    """Return a record a title, each title once (questions and related queries)."""
    return [{"title": title} for title in dict.fromkeys(titles) if title]


def once(records: Iterable[Record]) -> list[Record]:
    """Return the records without those whose title and URL stood before."""
    every = list(records)
    urls, titles = ({entry.get(key) for entry in every} for key in ("url", "title"))
    if len(urls) == 1 and len(titles) > 1:
        # Links that all lead to one place tell nothing apart, and the titles alone are no proof.
        return every
    kept: dict[tuple[object, object], Record] = {}
    for entry in every:
        kept.setdefault((entry.get("title"), entry.get("url")), entry)
    return list(kept.values())


def page_of(found: Found, serp: Serp, page: int) -> SerpPage:
    """Return the page; it is ``ok`` with organic results and ``empty`` if the engine says so."""
    if not found.organic:
        verdict: Verdict = "empty" if found.nothing else "unrecognized"
        return SerpPage(verdict=verdict, layout=found.layout)
    return SerpPage(
        verdict="ok",
        records=_numbered(found, serp, page),
        next_url=found.next_url,
        layout=found.layout,
    )


def _numbered(found: Found, serp: Serp, page: int) -> tuple[Record, ...]:
    kinds = [("organic", found.organic)]
    kinds += [(KINDS[word], getattr(found, word)) for word in serp.include if word in KINDS]
    return tuple(
        ({"kind": kind} if serp.include else {}) | {"page": page, "position": position} | fields
        for kind, records in kinds
        for position, fields in enumerate(records, 1)
    )
