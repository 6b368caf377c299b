"""Moments and amounts as the API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, overload

MILLI: Final = 1000  # thousandths in a credit: the unit of every stored amount


@overload
def unix(moment: datetime) -> str: ...
@overload
def unix(moment: None) -> None: ...
@overload
def unix(moment: datetime | None) -> str | None: ...
def unix(moment: datetime | None) -> str | None:
    """Return an aware ``moment`` as whole Unix seconds in a decimal string; None stays None."""
    return None if moment is None else str(int(moment.timestamp()))


def credits_up(thousandths: int) -> int:
    """Return whole credits, rounded up, as process objects state them."""
    return -(-thousandths // MILLI)


def credits_exact(thousandths: int) -> int | float:
    """Return credits as a number with up to three decimals; whole ones are integers."""
    whole, rest = divmod(thousandths, MILLI)
    return whole if rest == 0 else thousandths / MILLI
