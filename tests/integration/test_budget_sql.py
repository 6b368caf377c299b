from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg2
import psycopg2.extras
import pytest

from benchmarks.rig.memory import options
from schemas.slice import Batch, Claim, OpenSlice
from tests.budgets import PAGES, PLAN, MarketFetcher, hold, market_payload, stop_the_clock
from workers import frontier
from workers.crawl import run_slice
from workers.crawl.memory_ports import MemoryPorts
from workers.db import Database, Transaction
from workers.extraction.urls import host_of, page_key
from workers.frontier import Limits
from workers.ids import new_id

ALL = PAGES * 21
LIMITS = Limits(max_pages=1_000_000, max_runtime=1e6, price=1000)
START_PAGE = (
    "INSERT INTO pages (process_id, collection, position, key, url, host)"
    " VALUES (%s, 0, '{1}', %s, %s, %s)"
)


class StoredPorts(MemoryPorts):
    """Ports in memory, but for the frontier, which is in Postgres."""

    def __init__(self, database: Database, slice_: OpenSlice) -> None:
        super().__init__(PLAN, MarketFetcher(), slots=32)  # type: ignore[arg-type]
        self._database, self._slice = database, slice_

    def claim(self, limit: int, *, idle: bool) -> Claim:
        return frontier.claim(self._database, self._slice, limit, LIMITS, idle=idle)

    def commit(self, batch: Batch) -> Claim | None:
        return frontier.commit(self._database, self._slice, batch, LIMITS)

    def admit(self, page_ids: Sequence[int], *, again: bool = False) -> None:
        frontier.admit(self._database, self._slice, page_ids, again=again)


@pytest.fixture
def slice_(database: Database) -> OpenSlice:
    """Return an open slice of a process that has the market's first page to fetch."""
    process, url = new_id(), PLAN.collections[0].request.url
    stored = psycopg2.extras.Json(market_payload())
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("probe_database")
        cursor.execute(
            "INSERT INTO accounts (id, name, balance, webhook_secret) VALUES ('a','a',1e9,'s')"
        )
        cursor.execute("INSERT INTO tasks (id, account_id, payload) VALUES ('t', 'a', '{}')")
        cursor.execute(
            "INSERT INTO processes (id, task_id, account_id, payload, page_count, open_pages)"
            " VALUES (%s, 't', 'a', %s, 1, 1)",
            (process, stored),
        )
        cursor.execute(START_PAGE, (process, page_key(url), url, host_of(url)))
    opened = frontier.open_slice(database, process, queue="base", worker="h|1|2")
    assert opened is not None
    return opened


def written(database: Database) -> int:
    """Return the bytes of WAL that this connection has written (a Postgres before 18 can't say)."""
    with database.reading() as tx, tx.connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT wal_bytes::bigint FROM pg_stat_get_backend_wal(pg_backend_pid())")
        return int(cursor.fetchone()[0])  # type: ignore[index]


def test_a_page_asks_and_writes_no_more_than_it_did(
    database: Database, slice_: OpenSlice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchanges with Postgres and bytes of its log decide how many workers one Postgres carries."""
    stop_the_clock(monkeypatch)
    asked: list[str] = []
    exchange = Transaction._exchange  # noqa: SLF001 - where every exchange passes

    def note(self: Transaction, query: str, values: dict[str, object] | None) -> Any:
        asked.append(query)
        return exchange(self, query, values)

    monkeypatch.setattr(Transaction, "_exchange", note)
    before = written(database)
    run_slice(PLAN, StoredPorts(database, slice_), options(32), frozenset())
    exchanges, log = len(asked), written(database) - before

    with database.reading() as tx:
        process = tx.the("lock_process", process_id=slice_.process_id)
    assert (process.response_count, process.open_pages) == (ALL, 0)
    hold("exchanges with Postgres a page", exchanges / ALL)
    hold("bytes of WAL a page", log / ALL)
