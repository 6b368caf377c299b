"""The figures of a file counted a second time, plainly and all in memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

FORMS = {
    "integer": r"[+-]?\d+",
    "number": r"[+-]?\d+\.\d+",
    "boolean": r"true|false",
    "date": r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?",
    "url": r"https?://\S+",
    "email": r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+",
}


def recounted(records: Iterable[dict[str, Any]], path: tuple[str, ...]) -> dict[str, Any]:
    """Return the figures of the column at ``path``, exact whatever their number."""
    held = list(_cells(records, path))
    several = [
        [v for v in (cell if isinstance(cell, list) else [cell]) if v not in {"", None}]
        for cell in held
    ]
    values = [value for cell in several for value in cell]
    texts = [value for value in values if isinstance(value, str)]
    numbers = [_number(value) for value in values]
    kinds = Counter(map(_kind, values))
    ordered: list[Any] = numbers if values and None not in numbers else list(map(str, values))
    return {
        "records": len(held),
        "filled": sum(map(bool, several)),
        "several": sum(len(cell) > 1 for cell in several),
        "values": len(values),
        "distinct": len(set(values)),
        "kinds": dict(kinds),
        "shortest": min(map(len, texts), default=None),
        "longest": max(map(len, texts), default=None),
        "least": min(ordered, default=None),
        "greatest": max(ordered, default=None),
        "top": sorted(Counter(values).values(), reverse=True)[:5],
        "samples": tuple(dict.fromkeys(values))[:3],
    }


def _cells(records: Iterable[dict[str, Any]], path: tuple[str, ...]) -> Iterator[Any]:
    for record in records:
        if len(path) == 1:
            yield record.get(path[0])
        else:
            yield from _cells(record.get(path[0], []), path[1:])


def _number(value: str | float) -> float | None:
    if not isinstance(value, str):
        return float(value)
    return float(value) if re.fullmatch(r"\s*[+-]?\d+(\.\d+)?\s*", value, re.ASCII) else None


def _kind(value: str | float) -> str:
    if not isinstance(value, str):
        return "integer" if isinstance(value, int) else "number"
    for kind, form in FORMS.items():
        if re.fullmatch(form, value.strip(), re.ASCII):
            return kind
    return "text"
