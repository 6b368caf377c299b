"""The tokens of an XPath expression (XPath 1.0, section 3.7), one looked at after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workers.extraction.xpath import XPathFault

_NAME = r"[^\W\d][\w.\u00b7-]*"
_TOKEN = re.compile(
    rf"""[ \t\r\n]*(?:
        (?P<literal> "[^"]*" | '[^']*' )
      | (?P<number> [0-9]+(?:\.[0-9]*)? | \.[0-9]+ )
      | (?P<name> {_NAME} (?: : (?!:) (?:{_NAME}|\*) )? )
      | (?P<symbol> :: | // | \.\. | != | <= | >= | [][()./|+=<>@,$*-] )
      | (?P<end> \Z )
    )""",
    re.VERBOSE,
)

_CURES: Final = {
    "=": "equality is one `=`",
    "eq": "write `=`",
    "ne": "write `!=`",
    "lt": "write `<`",
    "le": "write `<=`",
    "gt": "write `>`",
    "ge": "write `>=`",
    "|": "it unites two paths, and texts are joined by `concat(a, b)`",
    "union": "write `|`",
    "return": "XPath 1.0 has no `for`: write the path alone",
}
"""What stands where it can't → what was most likely meant."""

_OPERATORS: Final = frozenset({"and", "or", "div", "mod"})


class Tokens:
    """A place in an expression, and what stands there."""

    def __init__(self, expression: str) -> None:
        self._all = list(_split(expression))
        self._at = 0

    @property
    def kind(self) -> str:
        """literal, number, name, symbol or end."""
        return self._all[self._at][0]

    @property
    def text(self) -> str:
        """The token; of a literal and at the end nothing, for neither is an operator."""
        return self._text_at(self._at)

    @property
    def following(self) -> str:
        """The token after this one."""
        return self._text_at(min(self._at + 1, len(self._all) - 1))

    def _text_at(self, at: int) -> str:
        kind, text = self._all[at]
        return "" if kind == "literal" else text

    def skip(self, count: int = 1) -> None:
        """Go on by ``count`` tokens."""
        self._at += count

    def accept(self, *texts: str) -> bool:
        """Go on if one of ``texts`` stands here, and say whether it did."""
        found = self.text in texts
        self._at += found
        return found

    def expect(self, text: str, where: str) -> None:
        """Go on; ``XPathFault`` if it is not ``text`` that stands here."""
        if self.kind == "end":
            raise XPathFault(f"The expression lacks {text!r} {where}.")
        if not self.accept(text):
            raise self.misplaced()

    def misplaced(self) -> XPathFault:
        """Return what is wrong with the token that stands here and can't."""
        kind, text = self._all[self._at]
        if kind == "end":
            return XPathFault("The expression ends too early.")
        cure = _CURES.get(text)
        if text.lower() in _OPERATORS and text != text.lower():
            cure = f"write `{text.lower()}`"
        return XPathFault(f"{text!r} can't stand where it does{f': {cure}' if cure else ''}.")


def _split(expression: str) -> Iterator[tuple[str, str]]:
    at, kind = 0, ""
    while kind != "end":
        found = _TOKEN.match(expression, at)
        if found is None:
            raise _stray(expression[at:].strip())
        kind = str(found.lastgroup)
        yield kind, found[kind]
        at = found.end()


def _stray(rest: str) -> XPathFault:
    if rest[:1] in {'"', "'"}:
        return XPathFault(f"A quotation mark is never closed: {rest[:30]!r}.")
    return XPathFault(f"{rest[:1]!r} has no meaning in an XPath expression.")


def check_prefix(name: str, axis: str) -> None:
    """Refuse a name with a prefix: none is bound but ``xml``, which always is."""
    prefix, colon, local = name.partition(":")
    if not colon or prefix == "xml":
        return
    what = "@*" if axis == "attribute" else "*"
    test = f'name() = "{name}"' if local != "*" else f'starts-with(name(), "{prefix}:")'
    raise XPathFault(
        f"The prefix of `{name}` is not bound here: elements of SVG and MathML have their plain "
        f"names, and what is written with a prefix in the page is `{what}[{test}]`."
    )
