"""Which field of a list leads to a page of each record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.outline import Outline
from workers.extraction.urls import absolute, is_http

_SUPPORT: Final = 0.8  # of the blocks that must have the link
_DISTINCT: Final = 0.9  # of its targets that must be different
_SAMPLES: Final = 3
_LOOKED_AT: Final = 5  # links
_FILES: Final = (
    ".doc", ".docx", ".jpeg", ".jpg", ".mp3", ".mp4", ".pdf", ".png", ".xls", ".xlsx", ".zip",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DetailsLink:
    """The field that leads to details pages, and where the first records lead."""

    field: str
    sample: tuple[str, ...]


def details_link(
    outline: Outline, columns: Sequence[FieldColumn], blocks: int, title: FieldColumn | None
) -> DetailsLink | None:
    """Return the field of ``columns`` that leads from each of ``blocks`` to a page about it.

    Of several it is the title's, else that with the longest texts.
    """
    leading = [column for column in columns if _leads_from_each(column, blocks)]
    leading.sort(key=lambda column: (column is not title, -sum(map(len, column.values))))
    for column in leading:
        urls = [_page_at(outline, link) for link in column.links[:_LOOKED_AT]]
        if all(urls):
            return DetailsLink(column.name, tuple(filter(None, urls))[:_SAMPLES])
    return None


def _leads_from_each(column: FieldColumn, blocks: int) -> bool:
    """Whether nearly every block has a link of the column, and nearly all are different."""
    different = set(column.links)
    often = column.place.holders >= max(2, _SUPPORT * blocks)
    return often and len(different) >= max(2, _DISTINCT * len(column.links))


def _page_at(outline: Outline, href: str) -> str | None:
    """Return the page of the same site that a link leads to; files and places on pages are none."""
    url = absolute(outline.tree.base, href, outline.tree.charset)
    if url is None or not is_http(url) or "#" in url:
        return None
    parts, own = urlsplit(url), urlsplit(outline.tree.url)
    same = _site(parts.netloc) == _site(own.netloc)
    return url if same and not parts.path.lower().endswith(_FILES) else None


def _site(host: str) -> str:
    return host.lower().removeprefix("www.")
