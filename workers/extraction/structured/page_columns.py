"""``page:url`` and its kin: of the page that a record came from.

A record that has nothing else is none. What only a crawl knows (its start, the page's number, when
it was fetched) is absent where a page is read without one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from workers.extraction.filters import collapse
from workers.extraction.source import Visit
from workers.extraction.structured.base import QueryFault
from workers.extraction.structured.data import PageData
from workers.extraction.values import resolve

_LANGUAGE: Final = "content-language"


def iso_time(seconds: float) -> str:
    """Return Unix seconds as ISO 8601 in UTC, ``2026-12-01T09:30:00Z``."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def _title(page: PageData) -> str | None:
    found = page.tree.first("title")
    return collapse(found.text()) if found is not None else None


def _canonical(page: PageData) -> str | None:
    for link in page.tree.select("link[rel][href]"):
        if "canonical" in (link.attributes["rel"] or "").lower().split():
            return resolve(page.tree, link.attributes["href"] or "")
    return None


def _language(page: PageData) -> str | None:
    said = page.tree.language or next(iter(page.metas.get(_LANGUAGE, ())), "")
    return said.strip() or None


def _of_visit(read: Callable[[Visit], str]) -> Callable[[PageData], str | None]:
    return lambda page: read(page.visit) if page.visit is not None else None


COLUMNS: Final[dict[str, Callable[[PageData], str | None]]] = {
    "url": lambda page: page.visit.url if page.visit is not None else page.tree.url,
    "finalUrl": lambda page: page.tree.url,
    "start": _of_visit(lambda visit: visit.start),
    "number": _of_visit(lambda visit: str(visit.number)),
    "position": lambda page: str(page.rank),
    "status": _of_visit(lambda visit: str(visit.status)),
    "fetchedAt": _of_visit(lambda visit: iso_time(visit.fetched_at)),
    "title": _title,
    "canonical": _canonical,
    "language": _language,
}
"""Name → what reads it; ``position`` is the record's among those of its page, from 1."""

_SPELT: Final = {name.lower(): name for name in COLUMNS}


class PageQuery:
    """One fact about the page."""

    informs = False
    needs_visit = True

    def __init__(self, text: str) -> None:
        name = _SPELT.get(text.strip().lower())
        if name is None:
            known = ", ".join(f"`page:{one}`" for one in COLUMNS)
            raise QueryFault(f"There is no `page:{text}`. Use one of: {known}.")
        self._read = COLUMNS[name]

    def texts(self, page: PageData, number: int) -> list[str]:  # noqa: ARG002 - of every block
        """Return the fact; nothing where it is not known or empty."""
        fact = self._read(page)
        return [fact] if fact else []
