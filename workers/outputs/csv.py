"""CSV: RFC 4180 with a header, details flattened, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import StringIO
from typing import Any, ClassVar, Final

import orjson

from schemas.plan import Plan
from workers.outputs.chunks import batches, chunked
from workers.outputs.columns import flat_keys, shape_of

_FORMULA: Final = frozenset("=+-@\t\r")
_FORMULA_OR_NOTHING: Final = _FORMULA | {""}
_FORMULA_BEHIND: Final = re.compile(r",[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

Record = dict[str, Any]


class CsvOutput:
    """UTF-8, lines ended by CRLF; several values, and several details, are joined by ``;``."""

    extension: ClassVar[str] = "csv"
    content_type: ClassVar[str] = "text/csv; charset=utf-8"

    def __init__(self, plan: Plan) -> None:
        self._paths = list(flat_keys(shape_of(plan)))
        self._plain = [path[0] if len(path) == 1 else None for path in self._paths]
        self._buffer = StringIO(newline="")
        self._writer = csv.writer(self._buffer, lineterminator="\r\n")

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the header and then a line a record."""
        yield from chunked(self._lines(records))

    def _lines(self, records: Iterable[bytes]) -> Iterator[bytes]:
        yield self._written(cell(".".join(path)) for path in self._paths).encode()
        for batch in batches(records):
            yield "".join(map(self._line, batch)).encode()

    def _line(self, record: bytes) -> str:
        """Return a record's line: nearly every one needs neither a quote nor a second look."""
        values = orjson.loads(record)
        if list(values) == self._plain:
            with suppress(TypeError):
                line = ",".join(values.values())
                if self._is_plain(line):
                    return f"{line}\r\n"
        return self._written(self._cells(values))

    def _is_plain(self, line: str) -> bool:
        """Whether each of the joined texts can stand as it is."""
        return (
            line.count(",") == len(self._plain) - 1
            and '"' not in line
            and "\n" not in line
            and "\r" not in line
            and line[:1] not in _FORMULA_OR_NOTHING
            and _FORMULA_BEHIND.search(line) is None
        )

    def _cells(self, record: Record) -> Iterator[str]:
        get = record.get
        return (
            cell(get(key, "")) if key is not None else cell(_nested(record, path))
            for key, path in zip(self._plain, self._paths, strict=True)
        )

    def _written(self, cells: Iterable[str]) -> str:
        """Return the line of these cells, with quotes where they are needed."""
        self._writer.writerow(cells)
        line = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return line


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
