from __future__ import annotations

import uuid
from hashlib import md5

import pytest

from schemas.slice import Batch, NewPage, OpenSlice, Outcome
from tests.builders.open_slices import LIMITS, done, open_process, pay_in, start
from workers import frontier
from workers.db import Database
from workers.publish.records import StoredPages

KNOWN = 5_000
MOST_READ = 300  # rows for all that the tests do with a handful of pages
FILL = """
INSERT INTO pages (process_id, collection, position, key, url, host, state, done_at)
SELECT %s, 0, ARRAY[n], md5(n::text)::uuid, 'http://x/' || n, 'x', 'done', now()
FROM generate_series(2, %s) n
"""
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'pages'"


@pytest.fixture
def slice_(database: Database) -> OpenSlice:
    """Return an open slice whose process' table had one page a moment ago and has 5,000 now."""
    pay_in(database, 10_000)
    before = open_process(database)
    for _ in range(8):  # more often than Postgres plans anew before it keeps a plan
        (page,) = frontier.claim(database, before, 1, LIMITS, idle=True).pages
        frontier.commit(database, before, Batch(outcomes=(done(page, links=1),)), LIMITS)
    after = open_process(database)
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("probe_database")
        cursor.execute("ALTER TABLE pages SET (autovacuum_enabled = false)")
        cursor.execute(FILL, (after.process_id, KNOWN))
    return after


def rows_read(database: Database) -> int:
    """Return how many rows of pages were read so far."""
    with database.reading() as tx, tx.connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(READ)
        return int(cursor.fetchone()[0])  # type: ignore[index]


def test_a_slice_reads_the_pages_it_is_about_and_no_others(
    database: Database, slice_: OpenSlice
) -> None:
    """A plan that was kept since the table was small, and statistics of then, must do no harm."""
    before = rows_read(database)
    page = start(database, slice_)
    candidates = [after(number, page.chain) for number in (5, 6, KNOWN + 1)]
    outcome = Outcome(
        page_id=page.id,
        chain=page.chain,
        verdict="ok",
        details=done(page, links=20).details,
        candidates=tuple(candidates),
    )
    frontier.commit(database, slice_, Batch(outcomes=(outcome,), limit=64), LIMITS)
    frontier.close_slice(database, slice_, starved=False)

    assert rows_read(database) - before < MOST_READ


def test_pages_that_records_point_to_are_looked_up_one_by_one(
    database: Database, slice_: OpenSlice
) -> None:
    """The file of a process begins before anybody has counted its pages."""
    before = rows_read(database)
    keys = [uuid.uuid3(uuid.NAMESPACE_URL, "unknown").hex, *map(key_of, range(100, 120))]
    found = StoredPages(database, slice_.process_id).by_key(0, keys)

    assert sorted(found) == sorted(keys[1:])
    assert rows_read(database) - before < MOST_READ


def key_of(number: int) -> str:
    """Return the key that ``FILL`` gives a page."""
    return md5(str(number).encode(), usedforsecurity=False).hexdigest()


def after(number: int, chain: int) -> NewPage:
    """Return a next page of the chain."""
    return NewPage(
        collection=0, position=(2,), key=key_of(number), url=f"http://x/{number}", host="x",
        queue="base", admitted=True, page_number=2, chain=chain,
    )  # fmt: skip
