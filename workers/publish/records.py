"""Records → results file: streamed in document order, details found by key, whatever the size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import orjson

from schemas.plan import Collection, Plan
from schemas.rows.pages import KeyedPageRow
from workers.db import Database
from workers.db.named import PAGES_BY_KEY, TOP_PAGES
from workers.db.queries import Query

PAGES = 512  # rows of a batch, at most
BATCH = 64  # records whose details are looked up at once
KEYS = 256  # details pages looked up at once


class RecordsOfPage(Protocol):
    """What a page gave: its records as JSON Lines, or None."""

    @property
    def id(self) -> int: ...  # noqa: D102 - see above

    @property
    def records(self) -> str | None: ...  # noqa: D102 - see above


class ReadPage(RecordsOfPage, Protocol):
    """What is read of a page: its records, and where its chain goes on."""

    @property
    def next_key(self) -> str | None: ...  # noqa: D102 - see above


class Placed(Protocol):
    """A row that says where it stands in its document."""

    id: int
    position: list[int]


R = TypeVar("R", bound=Placed)


class Pages(Protocol):
    """The pages of one process, as the reader asks for them."""

    def top(self) -> Iterator[ReadPage]:
        """Yield the top collection's pages in document order."""
        ...

    def by_key(self, collection: int, keys: Sequence[str]) -> Mapping[str, ReadPage]:
        """Return the pages of ``collection`` that have these keys and are done."""
        ...


def read_on(database: Database, query: Query[R], process_id: str) -> Iterator[R]:
    """Yield the rows of ``query`` about a process that is over, batch after batch.

    The query goes on behind a ``position`` and ``id``. Each batch is a transaction of its own: one
    as long as the making of a file would keep every process' claims from forgetting their past.
    """
    position: list[int] = []
    last = 0
    while True:
        with database.transaction("read_on") as tx:
            tx.take_long()
            rows = tx.all(query, process_id=process_id, position=position, id=last, pages=PAGES)
        if not rows:
            return
        yield from rows
        position, last = rows[-1].position, rows[-1].id


class StoredPages:
    """The pages of one process in Postgres."""

    def __init__(self, database: Database, process_id: str) -> None:
        self._database, self._process_id = database, process_id

    def top(self) -> Iterator[ReadPage]:
        """Yield pages, a few megabytes of records at a time."""
        return read_on(self._database, TOP_PAGES, self._process_id)

    def by_key(self, collection: int, keys: Sequence[str]) -> Mapping[str, ReadPage]:
        """Look up details pages in one query."""
        return {row.key: row for row in self.look_up(collection, keys)}

    def look_up(
        self,
        collection: int,
        keys: Sequence[str],
        *,
        unfinished: bool = False,
        bare: bool = False,
    ) -> list[KeyedPageRow]:
        """Return the pages with these keys that are done (or all), ``bare`` of their records."""
        with self._database.reading() as tx:
            return tx.all(
                PAGES_BY_KEY,
                process_id=self._process_id,
                collection=collection,
                keys=list(keys),
                unfinished=unfinished,
                bare=bare,
            )


class Reader:
    """Reads the records of a process as the results file shall hold them."""

    def __init__(self, plan: Plan, pages: Pages) -> None:
        self._plan, self._pages = plan, pages

    def records(self) -> Iterator[bytes]:
        """Yield each record as the bytes of one JSON object, in document order."""
        for collection, page in self.giving_pages():
            yield from self.assembled(collection, lines_of(page))

    def giving_pages(self) -> Iterator[tuple[int, ReadPage]]:
        """Yield the pages whose records are the result, in document order, each once.

        A path only navigates: in its place come the pages that it leads to, at their first place.
        """
        seen = set[int]()
        for page in self._pages.top():
            yield from self._giving(0, page, seen)

    def assembled(self, collection: int, lines: Sequence[bytes]) -> Iterator[bytes]:
        """Yield these records of a page of ``collection``, details in place of their keys."""
        shape = self._plan.collections[collection]
        if not details_of(shape):
            yield from lines
            return
        for records in _batches(lines):
            yield from map(orjson.dumps, self._nested(shape, records))

    def _giving(self, index: int, page: ReadPage, seen: set[int]) -> Iterator[tuple[int, ReadPage]]:
        collection = self._plan.collections[index]
        if not is_path(collection):
            yield index, page
            return
        for records in _batches(lines_of(page)):
            found = self._chains(collection, records)
            for record in records:
                for key, child in details_of(collection).items():
                    for link in record.get(key, ()):
                        for below in found[child, link]:
                            if below.id not in seen:
                                seen.add(below.id)
                                yield from self._giving(child, below, seen)

    def _nested(
        self, collection: Collection, records: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Yield records with their details in place of the keys of the details pages."""
        found = self._chains(collection, records)
        for record in records:
            for key, child in details_of(collection).items():
                if key in record:
                    record[key] = [
                        orjson.loads(line)
                        for link in record[key]
                        for page in found[child, link]
                        for index, below in self._giving(child, page, set())
                        for line in self.assembled(index, lines_of(below))
                    ]
            yield record

    def _chains(
        self, collection: Collection, records: list[dict[str, Any]]
    ) -> dict[tuple[int, str], list[ReadPage]]:
        """Return, by collection and key, the pages of each link: the page and its next ones."""
        chains: dict[tuple[int, str], list[ReadPage]] = {}
        for key, child in details_of(collection).items():
            wanted = list(dict.fromkeys(link for r in records for link in r.get(key, ())))
            for start in range(0, len(wanted), KEYS):
                part = wanted[start : start + KEYS]
                chains.update(((child, link), chain) for link, chain in self._follow(child, part))
        return chains

    def _follow(self, child: int, keys: Sequence[str]) -> Iterator[tuple[str, list[ReadPage]]]:
        known = dict(self._pages.by_key(child, keys))
        limit = self._plan.collections[child].paginator.page_num
        ahead = {p.next_key for p in known.values() if p.next_key} - known.keys()
        for _ in range(limit - 1):
            if not ahead:
                break
            fresh = self._pages.by_key(child, sorted(ahead))
            known.update(fresh)
            ahead = {p.next_key for p in fresh.values() if p.next_key} - known.keys()
        for key in keys:
            yield key, _walk(key, known, limit)


def lines_of(page: RecordsOfPage) -> list[bytes]:
    """Return the records of a page as they are stored, each the bytes of one JSON object."""
    return page.records.encode().splitlines() if page.records else []


def _batches(lines: Sequence[bytes]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(lines), BATCH):
        yield [orjson.loads(line) for line in lines[start : start + BATCH]]


def _walk(key: str, known: Mapping[str, ReadPage], limit: int) -> list[ReadPage]:
    """Follow a chain of next pages from ``key``; loops and the limit end it."""
    chain: dict[str, ReadPage] = {}
    at: str | None = key
    while at is not None and at in known and at not in chain and len(chain) < limit:
        chain[at] = known[at]
        at = known[at].next_key
    return list(chain.values())


def details_of(collection: Collection) -> dict[str, int]:
    """Return the record keys that hold links to details, with the collection they lead to."""
    return {
        f"{field.name}_details": field.details
        for field in collection.fields
        if field.details is not None
    }


def is_path(collection: Collection) -> bool:
    """Whether what its pages lead to takes the place of their own records."""
    return collection.path and bool(details_of(collection))
