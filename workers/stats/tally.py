"""All columns of a file, counted from its records as they stream by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from schemas.plan import Plan
from workers.outputs.chunks import batches
from workers.outputs.columns import Shape, flat_keys, shape_of
from workers.stats.column import COUNTED, ColumnStats, ColumnTally
from workers.stats.distinct import EXACTLY, EXACTLY_TOGETHER

MOST_COLUMNS: Final = 1_000  # that are counted; a payload can name far more
COUNTED_TOGETHER: Final = 100_000  # values of all columns that are counted each
FEWEST: Final = 100  # of a column, however many there are

Path = tuple[str, ...]
Records = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStats:
    """What a file holds: its records, and the figures of each column by the way to it.

    ``left_out``: columns beyond ``MOST_COLUMNS``.
    """

    records: int
    columns: dict[Path, ColumnStats]
    left_out: int = 0


class Tally:
    """Counts the records of a plan's file. What it remembers is bounded, whatever they hold."""

    def __init__(self, plan: Plan) -> None:
        shape = shape_of(plan)
        paths = list(flat_keys(shape))
        counted = paths[:MOST_COLUMNS]
        some = max(1, len(counted))
        self._columns = {
            path: ColumnTally(
                max(FEWEST, min(COUNTED, COUNTED_TOGETHER // some)),
                min(EXACTLY, EXACTLY_TOGETHER // some),
            )
            for path in counted
        }
        self._left_out = len(paths) - len(counted)
        self._level = _Level(shape, (), self._columns)
        self._records = 0

    def through(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield ``records``, each the bytes of a JSON object, and count them on the way."""
        for batch in batches(records):
            self._records += len(batch)
            self._level.add(orjson.loads(b"[%b]" % b",".join(batch)))
            yield from batch

    def stats(self) -> FileStats:
        """Return the figures of what went through; once."""
        return FileStats(
            records=self._records,
            columns={path: column.stats() for path, column in self._columns.items()},
            left_out=self._left_out,
        )


class _Level:
    """The columns of one level of records, and the levels that are nested in it."""

    def __init__(self, shape: Shape, above: Path, columns: dict[Path, ColumnTally]) -> None:
        plain = [column.key for column in shape.columns if column.details is None]
        self._keys = tuple(plain)
        self._plain = [(key, columns[*above, key]) for key in plain if (*above, key) in columns]
        self._below = [
            (column.key, _Level(column.details, (*above, column.key), columns))
            for column in shape.columns
            if column.details is not None
        ]

    def add(self, records: Records) -> None:
        """Take more records. Most have all the keys, in their order: those are turned at once."""
        if not records:
            return
        if list(map(tuple, records)).count(self._keys) == len(records):
            turned = zip(*map(dict.values, records), strict=True)
            for (_, column), values in zip(self._plain, turned, strict=False):
                column.add(values)
            return
        for key, column in self._plain:
            column.add([record.get(key) for record in records])
        for key, level in self._below:
            level.add([inner for record in records for inner in record.get(key) or ()])
