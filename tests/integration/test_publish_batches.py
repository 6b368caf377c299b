from __future__ import annotations

import uuid
from contextlib import closing

import psycopg2
import pytest

from workers.db import Database
from workers.ids import new_id
from workers.publish.records import StoredPages, read_on

PAGES = 1200  # more than one batch of either query


@pytest.fixture
def process(database_url: str) -> str:
    """Return a process of many top pages, some with megabytes of records."""
    process = new_id()
    rows = [
        (process, [number], uuid.uuid4().hex, str(number) + "x" * (3_000_000 * (number % 400 == 7)))
        for number in range(PAGES, 0, -1)
    ]
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts (id, name, webhook_secret) VALUES ('a', 'a', 's')")
        cursor.execute("INSERT INTO tasks (id, account_id, payload) VALUES ('t', 'a', '{}')")
        cursor.execute(
            "INSERT INTO processes (id, task_id, account_id, payload) VALUES (%s, 't', 'a', '{}')",
            (process,),
        )
        cursor.executemany(
            "INSERT INTO pages (process_id, collection, position, key, url, host, state, records,"
            " done_at) VALUES (%s, 0, %s, %s, '', '', 'done', %s, now())",
            rows,
        )
        connection.commit()
    return process


def test_every_page_is_read_once_and_in_order_however_large_some_are(
    database: Database, process: str
) -> None:
    """A batch ends at a number of pages or of bytes; the next goes on behind it."""
    pages = list(StoredPages(database, process).top())

    assert [int((page.records or "").rstrip("x")) for page in pages] == list(range(1, PAGES + 1))


def test_the_log_names_every_page_once(database: Database, process: str) -> None:
    """It reads on in the same way."""
    found = [row.position for row in read_on(database, "log_pages", process)]

    assert found == [[number] for number in range(1, PAGES + 1)]


def test_no_transaction_is_open_while_a_file_is_written(database: Database, process: str) -> None:
    """Its snapshot would keep the dead rows of every frontier from being cleaned away."""
    pages = StoredPages(database, process).top()
    next(pages)
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)
