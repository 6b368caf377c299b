"""Lines of a text that only ``br`` tells apart, as columns of their own."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.kinds import kind_of
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.places import Place
from workers.extraction.suggest.units import Unit
from workers.extraction.suggest.variety import varies

_MOST: Final = 6
_LONGEST: Final = 160  # characters
_ALIKE: Final = 0.8  # of the blocks, that must have as many lines
_LABELLED: Final = 0.5  # of the blocks, that must have a line with the label
_BESIDE: Final = 0.7  # of a text may stand beside its elements, to be less than all of it
_LABEL: Final = re.compile(r"[^\W\d_][^:\"']{1,28}:(?=\s|$)")

Pieces = list[list[str]]
"""The lines of each element."""


def lines_of(outline: Outline, unit: Unit) -> list[FieldColumn]:
    """Return a column for each line of a text, by number or by the label that it begins with."""
    place = unit.place
    if place.repeats or not place.children:
        return []
    pieces = [outline.lines.get(element) or [outline.own[element]] for element in place.elements]
    counts = Counter(map(len, pieces))
    usual, often = counts.most_common(1)[0]
    if often >= _ALIKE * len(pieces):
        if usual > 1:
            return _numbered(place, pieces, usual)
        return _beside(outline, place, pieces) if unit.whole else []
    found = _labelled(place, pieces)
    first = _line(place, pieces, 0)
    if (
        first is not None
        and usual > 1
        and not first.values[0].startswith(tuple(c.label for c in found) or ("\0",))
    ):
        found.insert(0, first)
    return found


def _numbered(place: Place, pieces: Pieces, count: int) -> list[FieldColumn]:
    lines = (_line(place, pieces, line) for line in range(min(count, _MOST)))
    return [column for column in lines if column is not None]


def _beside(outline: Outline, place: Place, pieces: Pieces) -> list[FieldColumn]:
    """Return the text before or behind an element that has a column of its own."""
    chars = sum(outline.length[element] for element in place.elements)
    column = _line(place, pieces, 0)
    if column is None or sum(map(len, column.values)) > _BESIDE * chars:
        return []
    return [column]


def _line(place: Place, pieces: Pieces, line: int) -> FieldColumn | None:
    values = [each[line] if line < len(each) else "" for each in pieces]
    if not varies(values) or sum(map(len, values)) > _LONGEST * len(values):
        return None
    return FieldColumn(place, ("text",), kind_of(values), values, line=line + 1)


def _labelled(place: Place, pieces: Pieces) -> list[FieldColumn]:
    counts: Counter[str] = Counter()
    for each in pieces:
        counts.update({match[0] for line in each if (match := _LABEL.match(line))})
    found: list[FieldColumn] = []
    for label in sorted(label for label, n in counts.items() if n >= _LABELLED * len(pieces)):
        values = [next((line for line in each if line.startswith(label)), "") for each in pieces]
        if varies(values) and len(found) < _MOST:
            found.append(FieldColumn(place, ("text",), "text", values, line=-1, label=label))
    return found
