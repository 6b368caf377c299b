"""Records → results file: streamed in document order, details found by key, whatever the size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import orjson

from schemas.plan import Collection, Plan
from workers.db import Database
from workers.db.named import PAGES_BY_KEY, TOP_PAGES
from workers.db.queries import Query

BATCH = 64  # records whose details are looked up at once
KEYS = 256  # details pages looked up at once


class ReadPage(Protocol):
    """What is read of a page: its records (JSON Lines or None) and where its chain goes on."""

    @property
    def id(self) -> int: ...  # noqa: D102 - see above

    @property
    def records(self) -> str | None: ...  # noqa: D102 - see above

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
            rows = tx.all(query, process_id=process_id, position=position, id=last)
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
        with self._database.reading() as tx:
            rows = tx.all(
                PAGES_BY_KEY,
                process_id=self._process_id,
                collection=collection,
                keys=list(keys),
            )
        return {row.key: row for row in rows}


class Reader:
    """Reads the records of a process as the results file shall hold them."""

    def __init__(self, plan: Plan, pages: Pages) -> None:
        self._plan, self._pages = plan, pages

    def records(self) -> Iterator[bytes]:
        """Yield each record as the bytes of one JSON object, in document order."""
        top, seen = self._plan.collections[0], set[int]()
        for page in self._pages.top():
            yield from self._of_page(top, page, seen)

    def _of_page(self, collection: Collection, page: ReadPage, seen: set[int]) -> Iterator[bytes]:
        lines = (page.records or "").encode().splitlines() if page.records else []
        links = _links(collection)
        if not links:
            yield from lines
            return
        for start in range(0, len(lines), BATCH):
            records = [orjson.loads(line) for line in lines[start : start + BATCH]]
            if collection.path:
                yield from self._leaves(collection, records, seen)
            else:
                yield from map(orjson.dumps, self._nested(collection, records))

    def _leaves(
        self, collection: Collection, records: list[dict[str, Any]], seen: set[int]
    ) -> Iterator[bytes]:
        """A path only navigates: yield the records below it, each page's once, at first place."""
        found = self._chains(collection, records)
        for record in records:
            for key, child in _links(collection).items():
                for link in record.get(key, ()):
                    for page in found[child, link]:
                        if page.id not in seen:
                            seen.add(page.id)
                            yield from self._of_page(self._plan.collections[child], page, seen)

    def _nested(
        self, collection: Collection, records: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Yield records with their details in place of the keys of the details pages."""
        found = self._chains(collection, records)
        for record in records:
            for key, child in _links(collection).items():
                if key in record:
                    record[key] = [
                        orjson.loads(line)
                        for link in record[key]
                        for page in found[child, link]
                        for line in self._of_page(self._plan.collections[child], page, set())
                    ]
            yield record

    def _chains(
        self, collection: Collection, records: list[dict[str, Any]]
    ) -> dict[tuple[int, str], list[ReadPage]]:
        """Return, by collection and key, the pages of each link: the page and its next ones."""
        chains: dict[tuple[int, str], list[ReadPage]] = {}
        for key, child in _links(collection).items():
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


def _walk(key: str, known: Mapping[str, ReadPage], limit: int) -> list[ReadPage]:
    """Follow a chain of next pages from ``key``; loops and the limit end it."""
    chain: dict[str, ReadPage] = {}
    at: str | None = key
    while at is not None and at in known and at not in chain and len(chain) < limit:
        chain[at] = known[at]
        at = known[at].next_key
    return list(chain.values())


def _links(collection: Collection) -> dict[str, int]:
    """Return the record keys that hold links to details, with the collection they lead to."""
    return {
        f"{field.name}_details": field.details
        for field in collection.fields
        if field.details is not None
    }
