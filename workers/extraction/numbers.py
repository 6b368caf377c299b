"""The first number of a text, in whatever notation: ``£1,234.50``, ``1.234,50 €``, ``1 234``.

price-parser knows the marks but no minus and no digits beyond ASCII's, and takes ``free`` for 0;
Babel and ICU want to be told the locale, which a page's text doesn't say. Where ``1,234`` and
``1.234`` can be either, three digits behind one mark are a group, as price-parser has it, unless
the caller says which mark is the decimal one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

LONGEST: Final = 400  # characters of a number; a double has 309 digits before its point at most
EXACT: Final = 2**53  # up to here a double holds every integer
_BEFORE: Final = 16  # characters before the first digit that may hold its sign

_POINT: Final = "\u066b"  # the Arabic decimal separator, which never parts groups
_FRACTIONS: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_CURRENCIES: Final = "$¢-¥\u058f\u060b৲৳฿៛\u20a0-\u20cf\ufdfc\ufe69\uff04\uffe0\uffe1\uffe5\uffe6"
_SPELT: Final = {
    **dict.fromkeys("\u2212\u2012\u2013\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4`\u066c", "'"),
    "\uff0c": ",",
    "\uff0e": ".",
}
"""Minus signs, apostrophes, the Arabic mark of thousands, full-width marks → those of ASCII."""

_BEGINNING: Final = re.compile(rf"[\d{_FRACTIONS}]")
_SIGN: Final = re.compile(
    rf"(?<![\w.,)\]-])-(?:[A-Z]{{0,3}}[{_CURRENCIES}] ?|[A-Z]{{3}} ?)?(?P<point>[.{_POINT}])?\Z"
)
_LEADING_POINT: Final = re.compile(rf"(?<![\w.])[.{_POINT}]\Z")


def _notation(groups: str, end: str, points: str) -> re.Pattern[str]:
    """Return an expression of a whole number that ``end`` must not follow, and its fraction."""
    return re.compile(rf"(?P<whole>{groups})(?!{end})(?:[{points}](?P<fraction>[0-9]+))?")


_UNGROUPED: Final = _notation("[0-9]+", "[0-9]", f".,{_POINT}")
_NOTATIONS: Final = (
    _notation(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+", ",?[0-9]", f".{_POINT}"),
    _notation(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}", ",?[0-9]", f".{_POINT}"),  # lakh and crore
    _notation(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", r"\.?[0-9]", f",{_POINT}"),
    _notation("[1-9][0-9]{0,2}(?:'[0-9]{3})+", "[0-9]", f".,{_POINT}"),
    _notation("[1-9][0-9]{0,2}(?: [0-9]{3})+", "[0-9]", f".,{_POINT}"),
    _UNGROUPED,
)
_EITHER: Final = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
"""What may be a whole number in groups, or one with a fraction."""

_FRACTION: Final = re.compile(rf" ?([{_FRACTIONS}])")


def first_number(text: str, mark: str = "") -> float | None:
    """Return the first number of ``text``, an int where it is whole; None where there is none.

    ``mark``: "." or ",", the decimal mark where the text alone can't tell. A number is given as a
    double holds it; what is beyond a double is none.
    """
    found = _BEGINNING.search(text)
    if found is None:
        return None
    at = found.start()
    before = _plain(text[max(0, at - _BEFORE) : at])
    sign = _SIGN.search(before)
    point = sign["point"] if sign else _LEADING_POINT.search(before)
    value = _read(text[at : at + LONGEST], mark, after_point=bool(point))
    return -value if value is not None and sign else value


def _plain(text: str) -> str:
    """Return ``text`` with digits, marks and blanks as ASCII has them, and nothing invisible."""
    return text if text.isascii() else "".join(map(_letter, text))


def _letter(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    category = unicodedata.category(letter)
    if category == "Cf":  # marks of direction, joiners, soft hyphens
        return ""
    return " " if category == "Zs" else _SPELT.get(letter, letter)


def _read(text: str, mark: str, *, after_point: bool) -> float | None:
    """Return the number that ``text`` begins with."""
    rest = _plain(text)
    found = max(filter(None, (one.match(rest) for one in _NOTATIONS)), key=_length, default=None)
    if found is None:
        return unicodedata.numeric(rest[0])
    if found.end() == len(rest) and len(text) == LONGEST:
        return None  # it may go on
    either = _EITHER.fullmatch(found[0])
    if after_point or (either and either[1] == mark):
        found = _UNGROUPED.match(rest) or found
    if after_point:
        return _value("0", found["whole"])
    value = _value(re.sub("[^0-9]", "", found["whole"]), found["fraction"] or "")
    more = _FRACTION.match(rest, found.end())
    return value if value is None or more is None else value + unicodedata.numeric(more[1])


def _length(found: re.Match[str]) -> int:
    return found.end()


def _value(whole: str, fraction: str) -> float | None:
    value = float(f"{whole}.{fraction or 0}")
    if not math.isfinite(value):
        return None
    is_whole = not fraction.strip("0") and value <= EXACT
    return int(whole) if is_whole else value
