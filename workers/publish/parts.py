"""A part of a process' records, from a place on: what is committed now, whether it runs or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from schemas.codes import STATUS_OF
from schemas.plan import Plan
from schemas.rows.processes import ProcessRow
from workers.db import Database
from workers.db.named import FIND_PROCESS
from workers.errors import Conflict, NotFound
from workers.publish.giving import START, GivingPage, Place, giving_pages
from workers.publish.records import BATCH, Reader, ReadPage, StoredPages, lines_of

Order = Literal["document", "arrival", "settled"]
"""As in the file; as pages came; as they came, but a record only once its details are over."""

MOST_BYTES: Final = 8 * 1024 * 1024  # of the records of a part; a larger one comes alone

_DOCUMENT: Final = (
    "This process makes its page into one document and has no records: once it has ended,"
    " /v1/getlink leads to the file that its `results` names."
)
_GONE: Final = (
    "The pages of this process are not kept any more (KEEP_PAGES_DAYS), nor are its records."
)
_UNNUMBERED: Final = (
    "This process was begun by an older release, which did not note in which order its records"
    " came: read them with order=document."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPart:
    """Records, each as the bytes of one JSON object; ``place`` is where the next part begins.

    ``more``: a record behind them is there already.
    """

    records: Sequence[bytes]
    place: Place
    more: bool


def has_ended(process: ProcessRow) -> bool:
    """Whether no page of the process comes any more, unless it is let go on."""
    return STATUS_OF[process.state] not in {"running", "pending"}


def read_part(
    database: Database, process: ProcessRow, plan: Plan, *, order: Order, after: Place, limit: int
) -> RecordsPart:
    """Return ``limit`` records, if there are as many, from ``after`` on.

    ``after`` is the ``place`` of another part, or ``()`` for the first record. At its end it says
    how many records of a page were given; before that stands which page: its number of arrival, or
    its position and id (below a path, its id alone). Raises ``Conflict`` where no records are kept.
    """
    refuse_unreadable(process, plan, order=order)
    part = _PartReader(database, process, plan, order).part(after or (*START, 0), limit)
    if has_ended(process):  # retention may have come meanwhile
        with database.reading() as tx:
            now = tx.one(FIND_PROCESS, process_id=process.id, account_id=process.account_id)
        if now is None:
            raise NotFound
        refuse_unreadable(now, plan, order=order)
    return part


def refuse_unreadable(process: ProcessRow, plan: Plan, *, order: Order = "document") -> None:
    """Raise ``Conflict`` for a process without records, or that has none any more."""
    if not plan.makes_records:
        raise Conflict(_DOCUMENT)
    if not process.pages_kept:
        left = f" Its results file is {process.results_name}." if process.results_key else ""
        raise Conflict(f"{_GONE}{left}")
    if order != "document" and process.arrivals is None:
        raise Conflict(_UNNUMBERED)


class _WatchedPages(StoredPages):
    """The pages of a process; ``open`` says that one was asked for which is not over.

    Only if it shall be noticed, with ``watch``.
    """

    def __init__(self, database: Database, process_id: str, *, watch: bool) -> None:
        super().__init__(database, process_id)
        self.watch, self.open = watch, False

    def by_key(self, collection: int, keys: Sequence[str]) -> Mapping[str, ReadPage]:
        """Look up details pages that are over."""
        rows = self.look_up(collection, keys, unfinished=self.watch)
        found = {row.key: row for row in rows if row.state == "done"}
        self.open = self.open or len(found) < len(rows)
        return found


class _PartReader:
    """Reads one part of the records."""

    def __init__(self, database: Database, process: ProcessRow, plan: Plan, order: Order) -> None:
        self._database, self._process, self._plan = database, process, plan
        self._arrival = order != "document"
        watch = order == "settled" and not has_ended(process)
        self._pages = _WatchedPages(database, process.id, watch=watch)
        self._reader = Reader(plan, self._pages)

    def part(self, place: Place, limit: int) -> RecordsPart:
        """Take records until there are enough, or as many as an answer may hold."""
        taken: list[bytes] = []
        size = 0
        for giving in self._giving(place[:-1]):
            given = place[-1] if place[:-1] == giving.place else 0
            for number, record in enumerate(self._records(giving, given), given + 1):
                size += len(record)
                if len(taken) == limit or (taken and size > MOST_BYTES):
                    return RecordsPart(records=taken, place=place, more=True)
                taken.append(record)
                place = (*giving.place, number)
            if self._pages.open:
                break
        return RecordsPart(records=taken, place=place, more=False)

    def _giving(self, place: Place) -> Iterator[GivingPage]:
        return giving_pages(
            self._database, self._process.id, self._plan, arrival=self._arrival, place=place
        )

    def _records(self, giving: GivingPage, given: int) -> Iterator[bytes]:
        """Yield the records of a page behind the first ``given``."""
        lines = lines_of(giving.page)[given:]
        if self._pages.watch:
            return self._settled(giving.collection, lines)
        return self._reader.assembled(giving.collection, lines)

    def _settled(self, collection: int, lines: Sequence[bytes]) -> Iterator[bytes]:
        """Yield records until one has details that are not over: none behind it comes before it."""
        for start in range(0, len(lines), BATCH):
            batch = lines[start : start + BATCH]
            records = list(self._reader.assembled(collection, batch))
            yield from self._until_open(collection, batch) if self._pages.open else records
            if self._pages.open:
                return

    def _until_open(self, collection: int, lines: Sequence[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._pages.open = False
            record = list(self._reader.assembled(collection, [line]))
            if self._pages.open:
                return
            yield from record
