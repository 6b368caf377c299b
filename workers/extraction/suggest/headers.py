"""The header row of a table, by the columns that its cells stand over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workers.extraction.suggest.outline import Outline

LONGEST_NAME: Final = 40  # characters
_FARTHEST: Final = 200  # elements into the table
_WIDEST: Final = 100  # columns of a cell

Headers = Mapping[int, str]
"""What stands over a column, by its number."""


def headers_over(outline: Outline, row: int) -> Headers:
    """Return the headers of the table that ``row`` is in; none where it is no row."""
    if outline.tags[row] != "tr":
        return {}
    tables = (above for above in outline.above(row) if outline.tags[above] == "table")
    table = next(tables, None)
    if table is None:
        return {}
    cells = len(outline.children[row])
    for number in range(table, min(outline.ends[table], table + _FARTHEST)):
        if number > row:
            break
        if outline.tags[number] == "tr" and _heads(outline, number, row, cells):
            return _texts(outline, number)
    return {}


def _heads(outline: Outline, number: int, row: int, cells: int) -> bool:
    """Whether a row heads the columns: by its elements, or because it stands first."""
    here = outline.children[number]
    heads = sum(outline.tags[cell] == "th" for cell in here)
    if len(here) < 2:  # noqa: PLR2004 - a title over the whole table
        return False
    return heads >= len(here) - 1 or (number < row and len(here) >= cells)


def _texts(outline: Outline, row: int) -> Headers:
    found, column = {}, 0
    for cell in outline.children[row]:
        text = outline.text(cell, 2 * LONGEST_NAME)
        if len(text) <= LONGEST_NAME and any(map(str.isalpha, text)):
            found[column] = text
        column += _span(outline, cell)
    return found


def column_of(outline: Outline, cell: int) -> int:
    """Return the number of the column that ``cell`` begins in, from 0."""
    column = 0
    for sibling in outline.children[outline.parents[cell]]:
        if sibling == cell:
            break
        column += _span(outline, sibling)
    return column


def _span(outline: Outline, cell: int) -> int:
    value = outline.attributes[cell].get("colspan") or "1"
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value) < _WIDEST else 1
