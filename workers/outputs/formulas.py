"""Texts that a spreadsheet would run as formulas, and the mark that stops it.

Which separator a spreadsheet cuts a file at depends on the reader's country: where it is the
semicolon, each part of ``a;=1+1`` is a cell. So a cell is looked at part by part.
"""

from __future__ import annotations

import re
from typing import Final

BEGINNINGS: Final = frozenset("=+-@\t\r")
"""What a formula begins with; an empty text begins with nothing."""

_BEGINNING: Final = r"[=+\-@\t\r]"
_HARMLESS: Final = re.compile(
    r"""[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z  # a number
      | [+-]\)                                                       # ;-) of many a review
    """,
    re.VERBOSE,
)


def behind(separators: set[str]) -> re.Pattern[str]:
    """Return an expression that finds what may begin a formula behind one of ``separators``."""
    either = "|".join(re.escape(one) for one in sorted(separators, key=len, reverse=True))
    return re.compile(f"(?:{either}){_BEGINNING}")


class Guard:
    """Marks the formulas in a file whose lists are joined by ``joiner``."""

    def __init__(self, joiner: str) -> None:
        separators = {joiner, ";"}
        self._behind = behind(separators)
        either = "|".join(re.escape(one) for one in sorted(separators, key=len, reverse=True))
        self._separators = re.compile(f"({either})")

    def parts(self, text: str) -> bool:
        """Whether something behind a separator of ``text`` may begin a formula."""
        return self._behind.search(text) is not None

    def marked(self, text: str) -> str:
        """Return ``text`` with ``'`` wherever it, or a part of it, begins a formula."""
        whole = f"'{text}" if _is_formula(text) else text
        if not self.parts(text):
            return whole
        first, *rest = self._separators.split(whole)
        parts = zip(rest[::2], rest[1::2], strict=True)  # a separator, and what is behind it
        return first + "".join(
            f"{mark}'{part}" if _is_formula(part) else f"{mark}{part}" for mark, part in parts
        )


def _is_formula(text: str) -> bool:
    return text[:1] in BEGINNINGS and _HARMLESS.match(text) is None
