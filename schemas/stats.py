"""What a run's file holds, column by column: as it is counted, stored and shown."""

from __future__ import annotations

from typing import ClassVar, Final

from schemas.answers import AnswerSchema, Count, Items, OpenObject, Shown, ShownFlag, ShownText
from schemas.json_schema import JsonSchema
from schemas.rows.processes import StatsRow
from schemas.strict import Nested

LONGEST_VALUE: Final = 100  # characters of a value that are shown


class ShownValue(Shown):
    """A value of a record: a text, cut where it is long, or a number."""

    shape: ClassVar[JsonSchema] = {"anyOf": [{"type": "string"}, {"type": "number"}]}

    def _serialize(self, value: str | float | None, *_: object, **__: object) -> str | float | None:
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            return value[: LONGEST_VALUE - 1] + "…"
        return value


class TopValueSchema(AnswerSchema):
    """One of the values that come most often."""

    value = ShownValue()
    count = Count(metadata={"description": "Of single values; at least, unless `topExact`."})


class ColumnStatsSchema(AnswerSchema):
    """What one column of a file holds. A record may have several values in it."""

    column = ShownText(metadata={"description": "As a CSV file calls it."})
    pointer = ShownText(
        metadata={"description": "Of its field in the payload; empty for search results."}
    )
    records = Count(metadata={"description": "Of its level: those of the file, or of the details."})
    filled = Count(metadata={"description": "Records with a value that is no empty text."})
    several = Count(metadata={"description": "Records with more than one value."})
    values = Count(metadata={"description": "Single values, empty texts not counted."})
    distinct = Count(metadata={"description": "Different values."})
    distinct_exact = ShownFlag(
        data_key="distinctExact",
        metadata={"description": "Else estimated, with a standard error of 1.6 %."},
    )
    kinds = OpenObject(
        "ValueKinds",
        "How many values have which form.",
        values={"type": "integer"},
        data_key="types",
    )
    shortest = Count(allow_none=True, metadata={"description": "Characters of the shortest text."})
    longest = Count(allow_none=True, metadata={"description": "Characters of the longest text."})
    least = ShownValue(
        data_key="min",
        allow_none=True,
        metadata={"description": "As a number where each value is one, else as a text."},
    )
    greatest = ShownValue(data_key="max", allow_none=True, metadata={"description": "As `min`."})
    top = Items(Nested(TopValueSchema))
    top_exact = ShownFlag(data_key="topExact")
    samples = Items(ShownValue(), metadata={"description": "The first different values."})


class StatsSchema(AnswerSchema):
    """What the file of a run holds."""

    records = Count(metadata={"description": "Of the file."})
    columns = Items(Nested(ColumnStatsSchema))
    left_out = Count(
        data_key="columnsLeftOut",
        metadata={"description": "Columns that were not counted: of a file with very many."},
    )


COLUMN_STATS: Final = ColumnStatsSchema()
STATS: Final = StatsSchema()


def dump_stats(row: StatsRow) -> dict[str, object]:
    """Return the figures of a file, for a row of table ``process_stats``."""
    # The columns are stored as ``COLUMN_STATS`` dumps them.
    return {"records": row.records, "columns": row.columns, "columnsLeftOut": row.left_out}
