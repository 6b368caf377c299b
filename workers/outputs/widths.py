"""How wide the columns of a sheet are, told from its header and its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from unicodedata import east_asian_width

MEASURED: Final = 100  # rows, with the header; the file is written while the records come in
NARROWEST, WIDEST = 8, 60  # characters
PADDING: Final = 2  # characters around a text
BUTTON: Final = 2  # characters that the filter's button takes in a header
_LOOKED_AT: Final = 200  # characters of a text


class Widths:
    """The widths of one sheet's columns so far."""

    def __init__(self, count: int) -> None:
        self._widths = [NARROWEST] * count

    def measure(self, cells: Sequence[object], extra: int = PADDING) -> None:
        """Widen the columns for a row of ``cells``, with ``extra`` characters beside each text."""
        self._widths = [
            max(known, min(WIDEST, _width(cell) + extra))
            for known, cell in zip(self._widths, cells, strict=True)
        ]

    def markup(self) -> str:
        """Return the ``cols`` element (ECMA-376, part 1, section 18.3.1.17)."""
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
            for number, width in enumerate(self._widths, 1)
        )
        return f"<cols>{columns}</cols>" if columns else ""


def _width(cell: object) -> int:
    """Return the width of a cell's longest line; letters of East Asia take two places."""
    text = str(cell)[:_LOOKED_AT]
    if "\n" in text:
        return max(map(_width, text.split("\n")))
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
