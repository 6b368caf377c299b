"""XLSX: a sheet a collection, texts as texts, and nothing lost to the limits of the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, repeat
from typing import Any, ClassVar, Final, TypeVar

import orjson

from schemas.plan import Plan
from workers.outputs.book import Book
from workers.outputs.cells import COLUMN_LIMIT, cut
from workers.outputs.chunks import batches, chunked
from workers.outputs.columns import Shape, shape_of
from workers.outputs.sheets import ROW_LIMIT, Cell, Sheets
from workers.outputs.values import joined, plain

OVERFLOW: Final = "Overflow"
_OVERFLOW_COLUMNS: Final = ("sheet", "row", "column", "part", "text")
EXACT: Final = 15  # significant digits of a number in a cell
_LAST: Final = 1_000_000  # rank of the overflow sheets: behind all others


_T = TypeVar("_T")


class XlsxOutput:
    """Office Open XML. Details stand on sheets of their own.

    Their column ``parent`` holds the number of the record above; in that record's sheet the same
    number stands in the column of the details (``Title_details``). Cells are inline texts with the
    format "text", so that no application turns them into formulas, numbers or links. Written by
    ourselves, for the libraries that are quick enough make a formula of a text that begins with
    ``=``, put the time into the package, or lose what is beyond a limit.
    """

    extension: ClassVar[str] = "xlsx"
    content_type: ClassVar[str] = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    row_limit: ClassVar[int] = ROW_LIMIT
    column_limit: ClassVar[int] = COLUMN_LIMIT

    def __init__(self, plan: Plan) -> None:
        self._shape = shape_of(plan)

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the package; details wait in temporary files without names."""
        yield from chunked(self._package(records))

    def _package(self, records: Iterable[bytes]) -> Iterator[bytes]:
        book = Book()
        try:
            tables = _Tables(book, self.row_limit, self.column_limit)
            top = _Table(tables, self._shape, parent=False)
            for batch in batches(records):
                for record in batch:
                    top.add(orjson.loads(record), 0)
                yield book.take()
            tables.close()
            yield from book.finish()
        finally:
            book.discard()


class _Tables:
    """All tables of one book, the overflow among them once something flows over."""

    def __init__(self, book: Book, row_limit: int, column_limit: int) -> None:
        self.column_limit = column_limit
        self._book, self._row_limit = book, row_limit
        self._all: list[Sheets] = []
        self._overflow: Sheets | None = None

    def table(self, header: list[str], wanted: str) -> Sheets:
        """Begin a table; the very first goes straight into the file."""
        rank = len(self._all)
        begin = self._book.spooled if rank else self._book.direct
        table = Sheets(
            header,
            new_name=partial(self._book.name, wanted),
            new_part=partial(begin, rank),
            rest=self._flows_over,
            row_limit=self._row_limit,
        )
        self._all.append(table)
        return table

    def close(self) -> None:
        """Complete every sheet."""
        for table in self._all:
            table.close()
        if self._overflow is not None:
            self._overflow.close()

    def _flows_over(self, sheet: str, row: int, column: str, pieces: list[str]) -> None:
        if self._overflow is None:
            names = chain([OVERFLOW], map(self._book.name, repeat(OVERFLOW)))
            self._overflow = Sheets(
                _OVERFLOW_COLUMNS,
                new_name=partial(next, names),
                new_part=partial(self._book.spooled, _LAST),
                rest=self._flows_over,
                row_limit=self._row_limit,
            )
        for part, text in enumerate(pieces, 1):
            self._overflow.append([sheet, row, cut(column)[0], part, text])


class _Table:
    """The records of one shape, and below it the tables of their details."""

    def __init__(self, tables: _Tables, shape: Shape, *, parent: bool) -> None:
        header = ["parent"] * parent + [column.key for column in shape.columns]
        limit = tables.column_limit
        self._width = limit if len(header) <= limit else limit - 1
        self._numbered = len(header) > limit
        self._parent, self._count = parent, 0
        self._blocks = [
            tables.table(self._lead("record", block), shape.name) for block in self._cut(header)
        ]
        self._columns = [
            (
                column.key,
                None if column.details is None else _Table(tables, column.details, parent=True),
            )
            for column in shape.columns
        ]

    def add(self, record: dict[str, Any], parent: int) -> None:
        """Write a record, and those in its details, of the ``parent``-th record above."""
        self._count += 1
        cells: list[Cell] = [parent] if self._parent else []
        for key, details in self._columns:
            value = record.get(key, "")
            if details is None:
                cells.append(value if type(value) is str else _cell(value))
            else:
                for inner in value:
                    details.add(inner, self._count)
                cells.append(self._count if value else "")
        if not self._numbered:
            self._blocks[0].append(cells)
            return
        for table, block in zip(self._blocks, self._cut(cells), strict=True):
            table.append(self._lead(self._count, block))

    def _cut(self, cells: list[_T]) -> list[list[_T]]:
        """Columns beyond the limit go on on further sheets."""
        return [cells[at : at + self._width] for at in range(0, len(cells), self._width)]

    def _lead(self, first: _T, block: list[_T]) -> list[_T]:
        """Where columns are spread over sheets, each row says which record it is of."""
        return [first, *block] if self._numbered else block


def _cell(value: object) -> Cell:
    """Return a number as one, and anything else, and a number that Excel can't hold, as text."""
    if isinstance(value, int | float):
        digits = plain(value)
        return value if len(digits.strip("-0.").replace(".", "")) <= EXACT else digits
    return joined(value)
