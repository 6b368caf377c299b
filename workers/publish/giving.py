"""The pages of a process that give its records, from a place on, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import Final, TypeVar

from schemas.plan import Plan
from schemas.rows.pages import TopPageRow
from workers.db import Database
from workers.db.named import ARRIVED_PAGES, PAGES_BY_ID, TOP_PAGES
from workers.db.queries import Query
from workers.publish.records import Reader, ReadPage, RecordsOfPage, StoredPages, is_path

FEW, MANY = 32, 512  # pages that one query asks for: the first, and any

R = TypeVar("R")
Place = tuple[int, ...]
START: Final[Place] = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingPage:
    """A page whose records are the result; ``place`` finds it again."""

    place: Place
    collection: int
    page: RecordsOfPage


def giving_pages(
    database: Database, process_id: str, plan: Plan, *, arrival: bool, place: Place
) -> Iterator[GivingPage]:
    """Yield the pages from that of ``place`` on: as they arrived, or as the document has them."""
    if arrival:
        return _arrived(database, process_id, place[-1])
    if is_path(plan.collections[0]):
        return _below_path(database, process_id, plan, place[-1])
    return _in_document(database, process_id, place)


def _arrived(database: Database, process_id: str, number: int) -> Iterator[GivingPage]:
    start = {"process_id": process_id, "arrival": number - 1}
    for row in _growing(database, ARRIVED_PAGES, start, lambda row: {"arrival": row.arrival}):
        yield GivingPage(place=(row.arrival,), collection=row.collection, page=row)


def _in_document(database: Database, process_id: str, place: Place) -> Iterator[GivingPage]:
    for row in _top(database, process_id, place[:-1], place[-1] - 1):
        yield GivingPage(place=(*row.position, row.id), collection=row.collection, page=row)


def _below_path(
    database: Database, process_id: str, plan: Plan, page_id: int
) -> Iterator[GivingPage]:
    """Walk the path from its start: only so it is known which pages came before.

    The walk reads links alone; records are looked up for the pages that it comes to.
    """
    pages = Reader(plan, _BarePages(database, process_id, plan)).giving_pages()
    if page_id:
        pages = dropwhile(lambda giving: giving[1].id != page_id, pages)
    while few := {page.id: collection for collection, page in islice(pages, FEW)}:
        with database.reading() as tx:
            rows = tx.all(PAGES_BY_ID, process_id=process_id, ids=list(few))
        found = {row.id: row for row in rows}
        for key in filter(found.__contains__, few):
            yield GivingPage(place=(key,), collection=few[key], page=found[key])


class _BarePages(StoredPages):
    """The pages of a process, without the records of those that give them."""

    def __init__(self, database: Database, process_id: str, plan: Plan) -> None:
        super().__init__(database, process_id)
        self._plan = plan

    def top(self) -> Iterator[ReadPage]:
        """Yield the pages of the top collection, which is a path."""
        return _top(self._database, self._process_id, (), 0)

    def by_key(self, collection: int, keys: Sequence[str]) -> Mapping[str, ReadPage]:
        """Look up pages below it."""
        bare = not is_path(self._plan.collections[collection])
        return {row.key: row for row in self.look_up(collection, keys, bare=bare)}


def _top(
    database: Database, process_id: str, position: Place, page_id: int
) -> Iterator[TopPageRow]:
    start = {"process_id": process_id, "position": list(position), "id": page_id}
    return _growing(
        database, TOP_PAGES, start, lambda row: {"position": row.position, "id": row.id}
    )


def _growing(
    database: Database,
    query: Query[R],
    start: Mapping[str, object],
    behind: Callable[[R], Mapping[str, object]],
) -> Iterator[R]:
    """Yield the rows of ``query``; ``behind`` says where it goes on after a row.

    A few pages first, for most who ask want no more, then ever more at once.
    """
    values, pages = dict(start), FEW
    while True:
        with database.reading() as tx:
            rows = tx.all(query, pages=pages, **values)
        if not rows:
            return
        yield from rows
        values |= behind(rows[-1])
        pages = min(2 * pages, MANY)
