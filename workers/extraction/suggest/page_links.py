"""The links of a page, as they are looked at for the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from workers.extraction.suggest.outline import Outline
from workers.extraction.urls import absolute

_MOST: Final = 3_000
_LONGEST: Final = 120  # characters of a text
NEAR: Final = 4  # elements above, that say what a link is in

NUMBER: Final = re.compile(r"[\s\[({|·•.-]*(\d{1,4})[\s\])}|·•,.-]*\Z")
"""The text of a link that is the number of a page."""


class PageLink:
    """One link; where it leads is asked of few."""

    __slots__ = ("_outline", "_url", "element", "href", "text")

    def __init__(self, outline: Outline, element: int) -> None:
        self._outline = outline
        self.element = element
        self.href = (outline.attributes[element].get("href") or "").strip()
        self.text = outline.text(element, _LONGEST)
        self._url: str | None = None

    @property
    def url(self) -> str:
        """Where it leads, absolute; nothing where that is no URL."""
        if self._url is None:
            tree = self._outline.tree
            self._url = absolute(tree.base, self.href, tree.charset) or ""
        return self._url

    @property
    def number(self) -> int | None:
        """The number of a page that it shows, and nothing else."""
        found = NUMBER.match(self.text)
        return int(found[1]) if found else None

    def said_by(self, name: str) -> str:
        """Return the attribute ``name`` in lower case."""
        return (self._outline.attributes[self.element].get(name) or "").casefold()


def page_links(outline: Outline) -> list[PageLink]:
    """Return the page's links; of very many the first and the last ones."""
    found = [
        number
        for number, tag in enumerate(outline.tags)
        if tag in {"a", "area"}
        and outline.attributes[number].get("href")
        and not outline.unseen[number]
    ]
    if len(found) > _MOST:
        found = found[: _MOST // 2] + found[-_MOST // 2 :]
    return [PageLink(outline, number) for number in found]


def has_name(outline: Outline, element: int, pattern: re.Pattern[str]) -> bool:
    """Whether the id or a class of an element is such a name."""
    identity = outline.attributes[element].get("id")
    if identity and pattern.search(identity[:_LONGEST]):
        return True
    return any(pattern.search(name) for name in outline.classes[element])


def is_within(outline: Outline, element: int, pattern: re.Pattern[str]) -> bool:
    """Whether an element near above has such a name."""
    return any(has_name(outline, above, pattern) for above in near_above(outline, element))


def near_above(outline: Outline, element: int, levels: int = NEAR) -> Iterator[int]:
    """Yield the nearest ancestors below the body."""
    return (number for number in islice(outline.above(element), levels) if number > 0)


def numbers_among(links: Sequence[PageLink]) -> list[int]:
    """Return the numbers of pages that ``links`` show."""
    return [number for link in links if (number := link.number) is not None]
