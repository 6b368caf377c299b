"""Moments and amounts as the API writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, overload

MILLI: Final = 1000  # thousandths in a credit: the unit of every stored amount
LAST: Final = 253_402_300_799  # Unix seconds: the end of the year 9999

_EATEN_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")
"""A plus that was not encoded: in a query it reads as a blank."""


@overload
def unix(moment: datetime) -> str: ...
@overload
def unix(moment: None) -> None: ...
@overload
def unix(moment: datetime | None) -> str | None: ...
def unix(moment: datetime | None) -> str | None:
    """Return an aware ``moment`` as whole Unix seconds in a decimal string; None stays None."""
    return None if moment is None else str(int(moment.timestamp()))


def moment_of(text: str) -> datetime:
    """Return the moment that ``text`` names: Unix seconds, or ISO 8601 with an offset.

    ``ValueError`` with a sentence for anything else: without an offset the hour would be a guess.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        if len(text) > len(str(LAST)) or int(text) > LAST:
            raise ValueError("must be Unix seconds; this is too many: are they milliseconds?")
        return datetime.fromtimestamp(int(text), UTC)
    try:
        moment = datetime.fromisoformat(_EATEN_PLUS.sub("+", text))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be Unix seconds or ISO 8601 with an offset, as in 2026-11-24T16:53:33Z")


def credits_up(thousandths: int) -> int:
    """Return whole credits, rounded up, as process objects state them."""
    return -(-thousandths // MILLI)


def credits_exact(thousandths: int) -> int | float:
    """Return credits as a number with up to three decimals; whole ones are integers."""
    whole, rest = divmod(thousandths, MILLI)
    return whole if rest == 0 else thousandths / MILLI
