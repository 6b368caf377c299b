"""Turns at a process: opened, kept alive, closed, or buried when their worker died."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.slice import NewPage, OpenSlice
from workers.db import Database, Row, Transaction
from workers.errors import StaleSlice

ALIBI = 30.0  # seconds for which another process' dead worker speaks for a page
MOST_DEATHS = 60  # of workers that had the page, until it is given up in any case
ALONE = "The page ended its worker three times while nothing else was in flight."
TOO_OFTEN = f"The worker ended {MOST_DEATHS} times that had this page."
LONE_DEATHS = 3  # deaths of a page that was alone in flight, until it is given up


def open_slice(database: Database, process_id: str, *, queue: str, worker: str) -> OpenSlice | None:
    """Open a turn at the process, or return None where there is nothing to do for it."""
    with database.transaction("open_slice") as tx:
        process = tx.one("lock_process", process_id=process_id)
        if process is None:
            return None
        if process.state not in {"queued", "running"} or not tx.one(
            "has_claimable", process_id=process_id, queue=queue
        ):
            tx.do("use_hint", process_id=process_id, queue=queue)
            return None
        tx.do("start_process", process_id=process_id, queue=queue)
        opened = tx.the("insert_slice", process_id=process_id, queue=queue, worker=worker)
    return OpenSlice(
        slice_id=opened.id,
        process_id=process_id,
        account_id=process.account_id,
        queue=queue,
        plan=process.plan,
        payload=process.payload,
        cookies=tuple(process.cookies),
        chrome_hosts=frozenset(process.chrome_hosts),
    )


def guarded(
    tx: Transaction, slice_: OpenSlice, *, jar: bool = False, wanted: Sequence[NewPage] = ()
) -> Row:
    """Lock the turn's process, check the fence, and return what a turn needs of the process.

    ``jar``: its cookies too, which may be many. ``wanted``: which of these pages are ``known``.
    """
    process = tx.one(
        "begin_turn",
        process_id=slice_.process_id,
        slice_id=slice_.slice_id,
        jar=jar,
        collections=[page.collection for page in wanted],
        keys=[page.key for page in wanted],
    )
    if process is None:
        raise StaleSlice
    return process


def beat(database: Database, slice_: OpenSlice) -> None:
    """Say that the slice is alive; raises ``StaleSlice`` when it is fenced off."""
    with database.transaction("beat") as tx:
        tx.later("relax")
        if tx.one("beat", slice_id=slice_.slice_id) is None:
            raise StaleSlice


def release(tx: Transaction, slice_id: int, account_id: str) -> None:
    """Put the slice's pages back unsent and give back what they held."""
    held = sum(row.held for row in tx.all("release_pages", slice_id=slice_id))
    if held:
        tx.do("settle", account_id=account_id, released=held, cost=0)


def close_slice(database: Database, slice_: OpenSlice, *, starved: bool) -> None:
    """End the turn; pages that were claimed and not sent go back.

    ``starved``: the account could not pay for another page.
    """
    with database.transaction("close_slice") as tx:
        guarded(tx, slice_)
        release(tx, slice_.slice_id, slice_.account_id)
        tx.do("delete_slice", slice_id=slice_.slice_id)
        if starved:
            tx.do("mark_starved", process_id=slice_.process_id)


def abandon(database: Database, slice_: OpenSlice) -> None:
    """End the turn after a fault that is not its pages': what it held is claimable again."""
    with database.transaction("abandon") as tx:
        guarded(tx, slice_)
        for row in tx.all("slices_of_process", process_id=slice_.process_id):
            if row.id == slice_.slice_id:
                bury(tx, row, died=False)


def bury(tx: Transaction, dead: Row, *, died: bool) -> None:
    """Release what a dead slice held (the caller has locked its process).

    ``died`` counts a death for its pages; a page that was tried alone is given up at the third,
    of which those don't count that came when workers of other processes died as well.
    """
    alone = tx.one("delete_slice", slice_id=dead.id)
    guilty = died and not tx.the("note_death", process_id=dead.process_id, seconds=ALIBI).shared
    orphans = tx.all(
        "orphan_pages",
        slice_id=dead.id,
        died=int(died),
        alone=alone.page_id if alone is not None and guilty else None,
    )
    held = sum(row.held for row in orphans)
    if held:
        tx.do("settle", account_id=dead.account_id, released=held, cost=0)
    for row in orphans:
        if row.lone_deaths >= LONE_DEATHS or row.deaths >= MOST_DEATHS:
            error = ALONE if row.lone_deaths >= LONE_DEATHS else TOO_OFTEN
            tx.do("poison_page", page_id=row.id, error=error)
            tx.do("count_poisoned", process_id=dead.process_id)


def fence_off(tx: Transaction, process_id: str) -> None:
    """End every slice of the (locked) process: what they do from here on is void."""
    for row in tx.all("slices_of_process", process_id=process_id):
        bury(tx, row, died=False)
