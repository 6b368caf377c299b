"""Texts as the cells of a spreadsheet can hold them (ECMA-376, part 1, SpreadsheetML)."""

from __future__ import annotations

import re
from itertools import product
from string import ascii_uppercase
from typing import Final

from workers.outputs.markup import ILLEGAL, escaped

CELL_LIMIT: Final = 32_767  # UTF-16 units in one cell
SAFE_LENGTH: Final = CELL_LIMIT // 2  # characters that fit, whichever they are
COLUMN_LIMIT: Final = 16_384
_LOW_HALVES: Final = range(0xDC, 0xE0)  # upper byte of the second unit of a surrogate pair
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def column_letters(count: int) -> list[str]:
    """Return the names of the first ``count`` columns: A … Z, AA … XFD."""
    names = [
        "".join(letters) for size in (1, 2, 3) for letters in product(ascii_uppercase, repeat=size)
    ]
    return names[:count]


def cut(text: str) -> list[str]:
    """Return ``text`` in pieces that each fit into a cell; no character is torn apart."""
    if len(text) <= SAFE_LENGTH:
        return [text]
    units = text.encode("utf-16-le")
    pieces, start = [], 0
    while start < len(units):
        end = start + 2 * CELL_LIMIT
        if end < len(units) and units[end + 1] in _LOW_HALVES:
            end -= 2
        pieces.append(units[start:end].decode("utf-16-le"))
        start = end
    return pieces


def text_element(text: str) -> str:
    """Return the ``t`` element of a text, all of it kept.

    What XML can't hold is written ``_xHHHH_``, and a text that looks like that begins with
    ``_x005F_`` instead of its underscore (ST_Xstring, section 22.9.2.19).
    """
    edged = text[:1].isspace() or text[-1:].isspace()  # A CR is one, and no longer once escaped.
    if not text.isprintable() or "_x" in text:
        text = escaped(_spelled(text))
    elif "&" in text or "<" in text or ">" in text:
        text = escaped(text)
    if edged:
        return f'<t xml:space="preserve">{text}</t>'
    return f"<t>{text}</t>"


def _spelled(text: str) -> str:
    """Return ``text`` with what only a cell's own spelling can carry."""
    text = _ESCAPE.sub("_x005F_", text)
    return ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
