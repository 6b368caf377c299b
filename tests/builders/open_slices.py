"""Open slices of processes that have a start page each, all of one account."""

from __future__ import annotations

import uuid

from schemas.slice import ClaimedPage, NewPage, OpenSlice, Outcome
from workers import frontier
from workers.db import Database
from workers.frontier import Limits
from workers.ids import new_id

LIMITS = Limits(max_pages=1000, max_runtime=1000.0, price=50)


def pay_in(database: Database, amount: int) -> None:
    """Give the account credits (thousandths)."""
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("probe_database")
        cursor.execute(
            "INSERT INTO accounts (id, name, balance, webhook_secret) VALUES ('a', 'a', %s, 's')"
            " ON CONFLICT (id) DO UPDATE SET balance = accounts.balance + excluded.balance",
            (amount,),
        )


def open_process(database: Database) -> OpenSlice:
    """Return an open slice of another process of the account, with a start page."""
    process = new_id()
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("probe_database")
        cursor.execute(
            "INSERT INTO tasks (id, account_id, payload) VALUES (%s, 'a', '{}')", (process,)
        )
        cursor.execute(
            "INSERT INTO processes (id, task_id, account_id, payload, page_count, open_pages)"
            " VALUES (%s, %s, 'a', '{}', 1, 1)",
            (process, process),
        )
        cursor.execute(
            "INSERT INTO pages (process_id, collection, position, key, url, host, admitted)"
            " VALUES (%s, 0, '{1}', %s, 'http://x/1', 'x', true)",
            (process, uuid.uuid4().hex),
        )
    opened = frontier.open_slice(database, process, queue="base", worker="h|1|2")
    assert opened is not None
    return opened


def start(database: Database, slice_: OpenSlice) -> ClaimedPage:
    """Claim the start page."""
    (page,) = frontier.claim(database, slice_, 64, LIMITS, idle=True).pages
    return page


def done(page: ClaimedPage, links: int = 0) -> Outcome:
    """A page that went well, and led to so many details pages."""
    details = tuple(
        NewPage(
            collection=1,
            position=(1, number, 0, 0, 1),
            key=uuid.uuid4().hex,
            url=f"http://x/{number}",
            host="x",
            queue="base",
            admitted=True,
        )
        for number in range(links)
    )
    return Outcome(page_id=page.id, chain=page.chain, verdict="ok", status=200, details=details)
