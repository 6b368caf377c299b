"""CSV: RFC 4180 with a header, details flattened, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any, ClassVar, Final

import orjson

from schemas.plan import Plan
from workers.outputs.chunks import batches, chunked
from workers.outputs.columns import flat_keys, shape_of

_FORMULA: Final = frozenset("=+-@\t\r")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

Record = dict[str, Any]
Getter = Callable[[Record], Any]


class CsvOutput:
    """UTF-8, lines ended by CRLF; several values, and several details, are joined by ``;``."""

    extension: ClassVar[str] = "csv"
    content_type: ClassVar[str] = "text/csv; charset=utf-8"

    def __init__(self, plan: Plan) -> None:
        paths = list(flat_keys(shape_of(plan)))
        self._header = [cell(".".join(path)) for path in paths]
        self._paths = paths

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the header and then a line a record."""
        yield from chunked(self._lines(records))

    def _lines(self, records: Iterable[bytes]) -> Iterator[bytes]:
        buffer = StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(self._header)
        plain = [path[0] if len(path) == 1 else None for path in self._paths]
        for batch in batches(records):
            yield _taken(buffer)
            writer.writerows(self._row(orjson.loads(record), plain) for record in batch)
        yield _taken(buffer)

    def _row(self, record: Record, plain: list[str | None]) -> list[str]:
        get = record.get
        return [
            cell(get(key, "")) if key is not None else cell(_nested(record, path))
            for key, path in zip(plain, self._paths, strict=True)
        ]


def _taken(buffer: StringIO) -> bytes:
    """Return what was written and empty the buffer."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _nested(record: Record, path: tuple[str, ...]) -> str:
    """Return a details column's values, an empty place for each details record that has none.

    The places make the n-th value of every column of one details list belong to one record.
    """
    key, *rest = path
    below = record.get(key) or ()
    if rest[1:]:
        values = [_nested(inner, tuple(rest)) for inner in below]
    else:
        values = [joined(inner.get(rest[0], "")) for inner in below]
    return ";".join(values) if any(values) else ""


def joined(value: object) -> str:
    """Return a record's value as one text: a list joined by ``;``, a number as it is written."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ";".join(map(joined, value))
    return "" if value is None else str(value)


def cell(value: object) -> str:
    """Return the cell's text, with ``'`` before what a spreadsheet would take for a formula."""
    text = value if type(value) is str else joined(value)
    if text and text[0] in _FORMULA and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
