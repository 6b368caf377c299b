"""A record's values as text, for formats whose cells and elements hold nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Record = dict[str, Any]


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


def nested(record: Record, path: tuple[str, ...], joiner: str) -> str:
    """Return a details column's values, an empty place for each record that has none.

    The places make the n-th value of every column of one details list belong to one record.
    """
    key, *rest = path
    below = record.get(key) or ()
    if rest[1:]:
        values = [nested(inner, tuple(rest), joiner) for inner in below]
    else:
        values = [joined(inner.get(rest[0], ""), joiner) for inner in below]
    return joiner.join(values) if any(values) else ""
