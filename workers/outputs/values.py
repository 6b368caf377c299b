"""A record's values as text, for formats whose cells and elements hold nothing else."""

from __future__ import annotations

from decimal import Decimal


def plain(number: float) -> str:
    """Return ``number`` in plain digits: no exponent, no point behind a whole number."""
    if isinstance(number, int):
        return str(number)
    return format(Decimal(repr(number)), "f").removesuffix(".0")


def joined(value: object, joiner: str = ";") -> str:
    """Return a record's value as one text: a list joined by ``joiner``, a number in digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return joiner.join(joined(one, joiner) for one in value)
    return plain(value) if isinstance(value, int | float) else ""
