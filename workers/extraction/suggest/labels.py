"""Labels that a page puts before a value: ``<dt>``, ``<b>Price:</b>``, ``Price: 5``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.headers import LONGEST_NAME
from workers.extraction.suggest.outline import Outline

_TAGS: Final = frozenset("b dt em h4 h5 h6 label small span strong th td".split())  # noqa: SIM905 - read as a sentence
_COLONS: Final = (":", "：")
_LOOKED_AT: Final = 10  # elements


def labels_before(outline: Outline, column: FieldColumn) -> Iterator[str]:
    """Yield the labels of a column that are the same before each of its values."""
    elements = column.place.elements[:_LOOKED_AT]
    prefix = _only(_prefix(value) for value in column.values[:_LOOKED_AT])
    if prefix and not prefix[-1].isdigit() and not prefix.lower().startswith("http"):
        yield prefix
    before = _only(_before(outline, element) for element in elements)
    if before and (before.endswith(_COLONS) or outline.tags[elements[0]] == "dd"):
        yield before
    around = _only(outline.own[outline.parents[element]] for element in elements)
    if around and around.endswith(_COLONS) and len(around) <= LONGEST_NAME:
        yield around


def _prefix(value: str) -> str:
    head, colon, _ = value[: LONGEST_NAME + 1].partition(":")
    return head if colon else ""


def _before(outline: Outline, element: int) -> str:
    """Return the text of the element before, if it is one that labels are."""
    siblings = outline.children[outline.parents[element]]
    index = siblings.index(element)
    if not index or outline.tags[siblings[index - 1]] not in _TAGS:
        return ""
    text = outline.text(siblings[index - 1], LONGEST_NAME + 1)
    return text if len(text) <= LONGEST_NAME and any(map(str.isalpha, text)) else ""


def _only(values: Iterator[str] | Sequence[str]) -> str:
    """Return what all ``values`` are, or nothing."""
    different = set(values)
    return different.pop().strip() if len(different) == 1 else ""
