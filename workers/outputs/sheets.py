"""Rows → the XML of sheets, going on on another sheet where one is full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from workers.outputs.cells import SAFE_LENGTH, column_letters, cut, text_element
from workers.outputs.package import HEADER, ROWS, SHEET_HEAD, TEXT, sheet_tail
from workers.outputs.spool import SpooledPart
from workers.outputs.widths import BUTTON, MEASURED, PADDING, Widths

ROW_LIMIT: Final = 1_048_576  # rows of one sheet, with its header
BYTE_LIMIT: Final = 2_000_000_000  # of a sheet's XML: beyond 2 GiB a ZIP needs what Excel dislikes
_FLUSH: Final = 65_536  # characters of XML gathered before they are compressed

Cell = str | int | float
Rest = Callable[[str, int, str, list[str]], None]
"""Takes what a cell can't hold: sheet, row, column, and the pieces of text beyond the first."""


class Sheets:
    """One table: a sheet with a header, and as many more as its rows need."""

    def __init__(
        self,
        header: Sequence[str],
        *,
        new_name: Callable[[], str],
        new_part: Callable[[str], SpooledPart],
        rest: Rest,
        row_limit: int = ROW_LIMIT,
    ) -> None:
        self._header, self._row_limit, self._rest = list(header), row_limit, rest
        self._new_name, self._new_part = new_name, new_part
        self._letters = column_letters(len(header))
        self._openings = [f'<c r="{letters}' for letters in self._letters]
        self._begin()

    def append(self, cells: Sequence[Cell]) -> None:
        """Add a row: texts are texts whatever they look like, "" is no cell."""
        if self._row >= self._row_limit or self._written >= BYTE_LIMIT:
            self.close()
            self._begin()
        self._add(cells)

    def close(self) -> None:
        """Complete the last sheet."""
        self._flush(sheet_tail(f"{self._letters[-1]}{self._row}"))
        self._part.close()

    def _begin(self) -> None:
        self._name = self._new_name()
        self._part = self._new_part(self._name)
        self._held: list[str] = []
        self._size = self._written = self._row = 0
        self._widths: Widths | None = Widths(len(self._header))
        self._widths.measure(self._header, PADDING + BUTTON)
        self._add(self._header, style=HEADER)

    def _add(self, cells: Sequence[Cell], style: int = TEXT) -> None:
        self._row = row = self._row + 1
        if self._widths is not None and 1 < row <= MEASURED:
            self._widths.measure(cells)
        parts = [f'<row r="{row}">']
        for opening, column, cell in zip(self._openings, self._header, cells, strict=True):
            if not isinstance(cell, str):
                parts.append(f'{opening}{row}"><v>{cell}</v></c>')
            elif cell:
                text = cell if len(cell) <= SAFE_LENGTH else self._first(cell, column)
                parts.append(
                    f'{opening}{row}" s="{style}" t="inlineStr"><is>{text_element(text)}</is></c>'
                )
        parts.append("</row>")
        line = "".join(parts)
        self._held.append(line)
        self._size += len(line)
        if self._size >= _FLUSH:
            self._flush()

    def _first(self, text: str, column: str) -> str:
        """Return what fits into a cell, and hand the rest on."""
        first, *pieces = cut(text)
        if pieces:
            self._rest(self._name, self._row, column, pieces)
        return first

    def _flush(self, end: str = "") -> None:
        head = [SHEET_HEAD, self._widths.markup(), ROWS] if self._widths is not None else []
        self._widths = None
        data = "".join([*head, *self._held, end]).encode()
        self._held.clear()
        self._written += len(data)
        self._size = 0
        self._part.write(data)
