"""Why a page has no list that a payload could say."""

from __future__ import annotations

from typing import Final, Literal

from workers.extraction.suggest.outline import Outline

Reason = Literal["", "flat_list", "needs_chrome", "no_list"]

_FLAT_LINES: Final = 8
_FLAT_SHARE: Final = 0.3  # of the page's text
_LITTLE_TEXT: Final = 200  # characters
_ROOTS: Final = frozenset({"root", "app", "__next", "__nuxt", "app-root", "main-app", "react-root"})


def reason_of(outline: Outline) -> Reason:
    """Return why nothing was found."""
    if needs_chrome(outline):
        return "needs_chrome"
    return "flat_list" if is_flat(outline) else "no_list"


def is_flat(outline: Outline) -> bool:
    """Whether much of the page's text is lines of one element, told apart by ``br`` alone."""
    lines = max(outline.lines.items(), key=lambda entry: len(entry[1]), default=None)
    if lines is None or len(lines[1]) < _FLAT_LINES:
        return False
    return outline.length[lines[0]] >= _FLAT_SHARE * outline.total


def needs_chrome(outline: Outline) -> bool:
    """Whether the page says that scripts make its content: next to no text, and a sign of them."""
    if outline.total >= _LITTLE_TEXT:
        return False
    for number, tag in enumerate(outline.tags):
        attributes = outline.attributes[number]
        if (attributes.get("id") or "").lower() in _ROOTS and not outline.length[number]:
            return True
        if tag == "noscript" and "javascript" in outline.nodes[number].text().lower():
            return True
        if tag == "script" and attributes.get("type") == "application/json":
            return True
    return False
