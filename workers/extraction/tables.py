"""Tables and lists of names and values as JSON text: the attrs ``table`` and ``pairs``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson
from selectolax.lexbor import LexborNode

from workers.extraction.filters import collapse
from workers.extraction.texts import text
from workers.extraction.tree import Tree

Row = list[str]

MOST_COLUMNS: Final = 1_000  # as many as one cell may span (HTML standard, section 4.9.11)
MOST_CELLS: Final = 100_000  # of a table, those that a span repeats too

_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_CELLS: Final = frozenset({"td", "th"})
_PAIR: Final = 2


def table(tree: Tree, node: LexborNode) -> str | None:
    """Return the rows of a table, each a list of its cells' texts; None where there is no table.

    Of another element it is the first table in it. A cell that spans columns or rows stands in all
    of them, so that each column has its place in every row; a row of headers is one like any other.
    """
    found = _first(node, "table")
    return None if found is None else orjson.dumps(_rows(tree, found)).decode()


def pairs(tree: Tree, node: LexborNode) -> str | None:
    """Return what a ``dl``, or a table's rows of two cells, say by name: ``{"Colour": "red"}``.

    Of another element it is the first ``dl`` or table in it. A name with several values has a list.
    """
    found = _first(node, "dl, table")
    if found is None:
        return None
    named = _of_list(tree, found) if found.tag == "dl" else _of_rows(tree, found)
    told: dict[str, Row] = {}
    for name, value in named:
        told.setdefault(name, []).append(value)
    flat = {name: values if len(values) > 1 else values[0] for name, values in told.items()}
    return orjson.dumps(flat).decode()


def _first(node: LexborNode, selector: str) -> LexborNode | None:
    return node if node.tag in selector.split(", ") else node.css_first(selector)


def _text(tree: Tree, node: LexborNode) -> str:
    value = collapse(text(tree, node))
    tree.budget.spend(value)
    return value


def _rows(tree: Tree, node: LexborNode) -> list[Row]:
    rows: list[Row] = []
    below: dict[int, tuple[int, str]] = {}  # column → rows that a cell still spans, and its text
    cells = 0
    for row in _row_elements(node):
        texts: Row = []
        for value, width, height in _cells_of(tree, row):
            _pass_down(below, texts)
            for column in range(len(texts), min(len(texts) + width, MOST_COLUMNS)):
                texts.append(value)
                if height > 1:
                    below[column] = (height - 1, value)
        _pass_down(below, texts)
        for value in texts:
            tree.budget.spend(value)
        cells += len(texts)
        if cells > MOST_CELLS:
            break
        rows.append(texts)
    return rows


def _pass_down(below: dict[int, tuple[int, str]], texts: Row) -> None:
    """Add to a row the cells of rows above that reach into it, as far as they come next."""
    while (column := len(texts)) in below:
        left, value = below.pop(column)
        texts.append(value)
        if left > 1:
            below[column] = (left - 1, value)


def _row_elements(table_: LexborNode) -> Iterator[LexborNode]:
    for child in table_.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in _GROUPS:
            yield from (row for row in child.iter() if row.tag == "tr")


def _cells_of(tree: Tree, row: LexborNode) -> Iterator[tuple[str, int, int]]:
    """Yield the text of each cell of a row, and the columns and rows that it spans."""
    for cell in row.iter():
        if cell.tag in _CELLS:
            attributes = cell.attributes
            width = _span(attributes.get("colspan")) or 1
            height = _span(attributes.get("rowspan"))
            yield _text(tree, cell), width, MOST_CELLS if height == 0 else height


def _span(stated: str | None) -> int:
    """Return a span; 1 unless it is a number. Zero rows are all that follow."""
    digits = (stated or "").strip()[:6]
    return int(digits) if digits.isascii() and digits.isdecimal() else 1


def _of_rows(tree: Tree, node: LexborNode) -> Iterator[tuple[str, str]]:
    for row in _row_elements(node):
        texts = [value for value, _, _ in _cells_of(tree, row)]
        if len(texts) == _PAIR:
            yield texts[0], texts[1]


def _of_list(tree: Tree, node: LexborNode) -> Iterator[tuple[str, str]]:
    """Yield names and values; several names before a value all have it (HTML, section 4.4.9)."""
    names: Row = []
    valued = False
    for element in _terms(node):
        if element.tag == "dt":
            names = [_text(tree, element)] if valued else [*names, _text(tree, element)]
            valued = False
        else:
            value, valued = _text(tree, element), True
            yield from ((name, value) for name in names)


def _terms(node: LexborNode) -> Iterator[LexborNode]:
    for child in node.iter():
        if child.tag in {"dt", "dd"}:
            yield child
        elif child.tag == "div":
            yield from (one for one in child.iter() if one.tag in {"dt", "dd"})
