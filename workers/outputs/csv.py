"""CSV: RFC 4180 with a header, details flattened, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import StringIO
from itertools import chain
from typing import ClassVar, Final

import orjson

from schemas.plan import Plan
from workers.outputs.chunks import batches, chunked
from workers.outputs.columns import Shape, flat_keys, shape_of
from workers.outputs.formulas import BEGINNINGS, Guard, behind
from workers.outputs.values import Record, joined, nested

_BOM: Final = b"\xef\xbb\xbf"


class CsvOutput:
    """UTF-8, lines ended by CRLF; several values, and several details, are joined to one."""

    extension: ClassVar[str] = "csv"
    content_type: ClassVar[str] = "text/csv; charset=utf-8"

    def __init__(self, plan: Plan, shape: Shape | None = None) -> None:
        """Take the plan as every member does; ``shape``: the columns, if not all of the plan's."""
        options = plan.csv
        self._bom = _BOM if options.bom else b""
        self._paths = list(flat_keys(shape or shape_of(plan)))
        self._plain = [path[0] if len(path) == 1 else None for path in self._paths]
        self._buffer = StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=options.delimiter, lineterminator="\r\n")
        self._guard = Guard(options.joiner) if options.guard else None
        self._delimiter, self._joiner = options.delimiter, options.joiner
        self._formula_behind = behind({options.delimiter})

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the header and then a line a record."""
        yield from chunked(chain([self._header()], self.lines(records)))

    def lines(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a line a record, some at a time: what stands below the header."""
        for batch in batches(records):
            yield "".join(map(self._line, batch)).encode()

    def _header(self) -> bytes:
        cells = (self._cell(".".join(path)) for path in self._paths)
        return self._bom + self._written(cells).encode()

    def _line(self, record: bytes) -> str:
        """Return a record's line: nearly every one needs neither a quote nor a second look."""
        values = orjson.loads(record)
        if list(values) == self._plain:
            with suppress(TypeError):
                line = self._delimiter.join(values.values())
                if self._is_plain(line):
                    return f"{line}\r\n"
        return self._written(self._cells(values))

    def _is_plain(self, line: str) -> bool:
        """Whether each of the joined texts can stand as it is."""
        return (
            line.count(self._delimiter) == len(self._plain) - 1
            and '"' not in line
            and "\n" not in line
            and "\r" not in line
            and line != ""
            and (self._guard is None or self._is_harmless(self._guard, line))
        )

    def _is_harmless(self, guard: Guard, line: str) -> bool:
        # To look for a joiner first is quicker than one expression for all separators.
        return (
            line[0] not in BEGINNINGS
            and self._formula_behind.search(line) is None
            and ((";" not in line and self._joiner not in line) or not guard.parts(line))
        )

    def _cells(self, record: Record) -> Iterator[str]:
        get = record.get
        return (
            self._cell(get(key, "") if key is not None else nested(record, path, self._joiner))
            for key, path in zip(self._plain, self._paths, strict=True)
        )

    def _cell(self, value: object) -> str:
        """Return the cell's text, with ``'`` before what a spreadsheet would take for a formula."""
        text = value if type(value) is str else joined(value, self._joiner)
        return text if self._guard is None else self._guard.marked(text)

    def _written(self, cells: Iterable[str]) -> str:
        """Return the line of these cells, with quotes where they are needed."""
        self._writer.writerow(cells)
        line = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return line
