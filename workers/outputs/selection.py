"""Records of which some columns are wanted, or all of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import orjson

from schemas.plan import Plan
from workers.outputs.columns import Shape, flat_keys
from workers.outputs.values import joined, nested

Change = Callable[[bytes], bytes]
"""A record, as the bytes of one JSON object, to what is wanted of it."""


def chosen(shape: Shape, keys: Sequence[str]) -> Shape:
    """Return ``shape`` with these columns alone, in this order."""
    columns = {column.key: column for column in shape.columns}
    return replace(shape, columns=tuple(columns[key] for key in keys))


def pick(keys: Sequence[str]) -> Change:
    """Leave the members of ``keys``, in this order, as far as a record has them."""

    def change(record: bytes) -> bytes:
        values = orjson.loads(record)
        return orjson.dumps({key: values[key] for key in keys if key in values})

    return change


def flatten(plan: Plan, shape: Shape) -> Change:
    """Give a record the columns of its CSV file, by their names, each as one text.

    Several values are joined as they are there. Numbers stay numbers, and nothing is marked with
    ``'``: no spreadsheet reads this.
    """
    joiner = plan.csv.joiner
    paths = [(".".join(path), path) for path in flat_keys(shape)]

    def value(record: dict[str, object], path: tuple[str, ...]) -> object:
        if path[1:]:
            return nested(record, path, joiner)
        own = record.get(path[0], "")
        return own if isinstance(own, int | float) else joined(own, joiner)

    def change(record: bytes) -> bytes:
        values = orjson.loads(record)
        return orjson.dumps({name: value(values, path) for name, path in paths})

    return change
