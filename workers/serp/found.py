"""What an engine found on a page → numbered records and a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

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


def with_title(records: Iterable[Record]) -> list[Record]:
    """Return the records that have a title: without one there is no result to speak of."""
    return [entry for entry in records if "title" in entry]


def once(records: Iterable[Record]) -> list[Record]:
    """Return the records with a title, without those whose title and URL stood before."""
    every = with_title(records)
    urls, titles = ({entry.get(key) for entry in every} for key in ("url", "title"))
    if len(urls) == 1 and len(titles) > 1:
        # Links that all lead to one place tell nothing apart, and the titles alone are no proof.
        return every
    kept: dict[tuple[object, object], Record] = {}
    for entry in every:
        kept.setdefault((entry.get("title"), entry.get("url")), entry)
    return list(kept.values())


def identity(entry: Mapping[str, object]) -> str:
    """Return what tells a result from those of other pages: 32 hex digits.

    A page's own URL, within its kind; of pictures the picture too; of what is for sale everything,
    for its link may be missing or common to all; of questions and related queries the text. An
    advertisement's link differs each time that it is shown: it is known by its words.
    """
    kind = entry.get("kind", "organic")
    if "price" in entry:
        parts = [entry.get(key) for key in ("title", "price", "merchant", "url")]
    elif kind == "organic" and "url" in entry:
        picture = entry.get("imageUrl") or entry.get("thumbnailUrl")
        parts = [str(entry["url"]).partition("#:~:text=")[0], picture]
    else:
        parts = [entry.get(key) for key in ("title", "displayUrl")]
    text = "\0".join("" if value is None else str(value) for value in (kind, *parts))
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def numbered_anew(records: Iterable[Record]) -> list[Record]:
    """Return what is left of a page's records, counted from 1 again within their kind."""
    counts: Counter[object] = Counter()
    renewed = []
    for entry in records:
        counts[entry.get("kind")] += 1
        renewed.append(entry | {"position": counts[entry.get("kind")]})
    return renewed


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
