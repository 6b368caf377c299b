"""TextLines of text put together from the pieces of a page, as CSS collapses their white space.

https://drafts.csswg.org/css-text/#white-space-processing; required line breaks are those of the
HTML standard's ``innerText``.
"""

from __future__ import annotations

import re
from typing import Final

_WHITE: Final = re.compile(r"[ \t\n\r\f]+")
_WHITE_IN_LINE: Final = re.compile(r"[ \t\r\f]*\n[ \t\r\f]*|[ \t\r\f]+")


class TextLines:
    """The text so far. A blank is only put down once something follows it in its line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._required = 0  # line breaks, if something comes before and after them
        self._blank = False
        self._begun = False  # whether something stands in the line

    def add(self, text: str, white_space: str) -> None:
        """Add text whose white space is ``normal``, ``pre`` or ``pre-line``, as CSS names it."""
        if not text:
            return
        if white_space == "normal":
            self._flow(_WHITE.sub(" ", text))
        elif white_space == "pre":
            self._put_blank()
            self._put(text)
            self._begun = not text.endswith("\n")
        else:
            first, *others = _WHITE_IN_LINE.sub(_kept_feed, text).split("\n")
            self._flow(first)
            for line in others:
                self.feed()
                self._flow(line)

    def _flow(self, text: str) -> None:
        """Add text in which each blank stands alone."""
        words = text.strip(" ")
        if not words:
            self._blank = self._blank or bool(text and self._begun)
            return
        self._blank = self._begun and (self._blank or text[0] == " ")
        self._put_blank()
        self._put(words)
        self._begun = True
        self._blank = text[-1] == " "

    def _put(self, text: str) -> None:
        if self._required and self._parts:
            self._parts.append("\n" * self._required)
        self._required = 0
        self._parts.append(text)

    def _put_blank(self) -> None:
        if self._blank:
            self._put(" ")
        self._blank = False

    def _end_line(self) -> None:
        self._blank = self._begun = False

    def feed(self) -> None:
        """End the line: a ``br``, or the end of a table's row."""
        self._end_line()
        self._put("\n")

    def tab(self) -> None:
        """Go on with another cell."""
        self._end_line()
        self._put("\t")

    def require(self, count: int) -> None:
        """End the line if it has begun, with ``count`` line breaks in all."""
        self._end_line()
        self._required = max(self._required, count)

    def begin_box(self) -> None:
        """Begin a line within the line."""
        self._put_blank()
        self._begun = False

    def end_box(self) -> None:
        """Go on behind a box, or behind a picture: blanks on either side of it stay."""
        self._blank = False
        self._begun = True

    def joined(self) -> str:
        """Return all of it."""
        return "".join(self._parts)


def _kept_feed(found: re.Match[str]) -> str:
    return "\n" if "\n" in found[0] else " "
