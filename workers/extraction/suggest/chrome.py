"""Which elements surround a page's content: navigation, header, footer, side bars."""

from __future__ import annotations

from itertools import islice
from typing import Final

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.words import is_always_chrome, is_chrome

_TAGS: Final = frozenset({"aside", "footer", "header", "nav"})
_ROLES: Final = frozenset(
    {"banner", "contentinfo", "menu", "menubar", "navigation", "search", "tablist"}
)
_FARTHEST: Final = 50  # elements above, that may be such a section
_LINKED: Final = 0.9  # of a menu's text
_LITTLE: Final = 0.1  # of the page's text
_SECTIONS: Final = frozenset({"article", "blockquote", "li", "main", "section", "td"})
"""A header or footer in one of these is its own, not the page's."""


def chrome_flags(outline: Outline) -> list[bool]:
    """Return for each element whether it is a part of what surrounds the content.

    Whatever it is called: what holds over half of the page's text is its content.
    """
    most = outline.total / 2
    flags = [False] * len(outline)
    tags, parents, length = outline.tags, outline.parents, outline.length
    for number, attributes in enumerate(outline.attributes):
        telling = bool(attributes) or tags[number] in _TAGS or tags[number] == "main"
        if number == 0 or (telling and _is_main(outline, number)):
            continue
        small = length[number] <= most or (tags[number] == "nav" and _is_linked(outline, number))
        here = telling and small and _is_chrome(outline, number)
        flags[number] = flags[parents[number]] or here
    return flags


def _is_chrome(outline: Outline, number: int) -> bool:
    tag = outline.tags[number]
    if tag in _TAGS and not (tag in {"header", "footer"} and _in_section(outline, number)):
        return True
    attributes = outline.attributes[number]
    if not attributes:
        return False
    if (attributes.get("role") or "").lower() in _ROLES:
        return True
    names = [*outline.classes[number], *filter(None, [attributes.get("id")])]
    if any(map(is_always_chrome, names)):
        return True
    return any(map(is_chrome, names)) and _is_slight(outline, number)


def _is_slight(outline: Outline, number: int) -> bool:
    """Whether an element holds links for the most part, or next to nothing.

    ``page-menu-open``, ``scroll-tabs``: content has such names too.
    """
    length = outline.length[number]
    return length < _LITTLE * outline.total or outline.linked[number] >= length / 2


def _is_linked(outline: Outline, number: int) -> bool:
    """Whether an element holds links and next to nothing else."""
    return outline.linked[number] >= _LINKED * outline.length[number]


def _is_main(outline: Outline, number: int) -> bool:
    if outline.tags[number] == "main":
        return True
    attributes = outline.attributes[number]
    return bool(attributes) and (attributes.get("role") or "").lower() == "main"


def _in_section(outline: Outline, number: int) -> bool:
    near = islice(outline.above(number), _FARTHEST)
    return any(outline.tags[above] in _SECTIONS for above in near)
