"""Slices at a process: opened, kept alive, and released, whatever ended them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from schemas.rows.slices import ReleasedPageRow, SliceProcessRow
from schemas.slice import NewPage, OpenSlice
from workers.db import Database, Transaction
from workers.db.named import (
    BEAT,
    BEGIN_SLICE,
    DELETE_SLICE,
    HAS_CLAIMABLE,
    INSERT_SLICE,
    LOCK_PROCESS,
    NOTE_DEATH,
    RELEASE_PAGES,
    SLICES_OF_PROCESS,
)
from workers.errors import StaleSlice

SHARED_DEATH_WINDOW = 30.0  # seconds in which other processes' workers died, too: it was no page
MOST_DEATHS = 60  # of workers that had the page, until it is given up in any case
ALONE = "The page ended its worker three times while nothing else was in flight."
TOO_OFTEN = f"The worker ended {MOST_DEATHS} times that had this page."
LONE_DEATHS = 3  # deaths of a page that was alone in flight, until it is given up

Cause = Literal["closed", "broken_off", "died"]
"""Why a slice ends: its pages were not sent; they may have been; its worker died at them."""


class HeldSlice(Protocol):
    """What is read of a slice to release it."""

    @property
    def slice_id(self) -> int: ...  # noqa: D102 - see above

    @property
    def process_id(self) -> str: ...  # noqa: D102 - see above

    @property
    def account_id(self) -> str: ...  # noqa: D102 - see above


def open_slice(database: Database, process_id: str, *, queue: str, worker: str) -> OpenSlice | None:
    """Open a slice at the process, or return None where there is nothing to do for it."""
    with database.transaction("open_slice") as tx:
        process = tx.one(LOCK_PROCESS, process_id=process_id)
        if process is None:
            return None
        if process.state not in {"queued", "running"} or not tx.one(
            HAS_CLAIMABLE, process_id=process_id, queue=queue
        ):
            tx.do("use_hint", process_id=process_id, queue=queue)
            return None
        tx.do("start_process", process_id=process_id, queue=queue)
        opened = tx.the(INSERT_SLICE, process_id=process_id, queue=queue, worker=worker)
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
) -> SliceProcessRow:
    """Lock the slice's process, check the fence, and return what a slice needs of the process.

    ``jar``: its cookies too, which may be many. ``wanted``: which of these pages are ``known``.
    """
    process = tx.one(
        BEGIN_SLICE,
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
        tx.async_commit()
        if tx.one(BEAT, slice_id=slice_.slice_id) is None:
            raise StaleSlice


def close_slice(
    database: Database, slice_: OpenSlice, *, starved: bool = False, cause: Cause = "closed"
) -> None:
    """End a slice of one's own; ``starved``: the account could not pay for another page."""
    with database.transaction("close_slice") as tx:
        guarded(tx, slice_)
        release_slice(tx, slice_, cause=cause)
        if starved:
            tx.do("mark_starved", process_id=slice_.process_id)


def fence_off(tx: Transaction, process_id: str) -> None:
    """End every slice of the (locked) process: what they do from here on is void."""
    for row in tx.all(SLICES_OF_PROCESS, process_id=process_id):
        release_slice(tx, row, cause="broken_off")


def release_slice(tx: Transaction, held: HeldSlice, *, cause: Cause) -> None:
    """End a slice of a (locked) process: its pages go back, and what they held is given back.

    Unless it was ``closed``, requests may have left, so that the next try of a page counts anew.
    With ``died`` its pages have one death more, and one that was tried alone is given up at its
    third; that does not count when workers of other processes died at about the same moment.
    """
    row = tx.one(DELETE_SLICE, slice_id=held.slice_id)
    pages = tx.all(
        RELEASE_PAGES,
        slice_id=held.slice_id,
        recount=cause != "closed",
        died=int(cause == "died"),
        guilty=row.page_id if row and cause == "died" and not _shared(tx, held) else None,
    )
    reserved = sum(page.held for page in pages)
    if reserved:
        tx.do("settle", account_id=held.account_id, released=reserved, cost=0)
    if cause == "died":
        _poison(tx, held.process_id, pages)


def _shared(tx: Transaction, held: HeldSlice) -> bool:
    """Note the death; returns whether a worker of another process died as well of late."""
    noted = tx.the(NOTE_DEATH, process_id=held.process_id, seconds=SHARED_DEATH_WINDOW)
    return noted.shared


def _poison(tx: Transaction, process_id: str, pages: Sequence[ReleasedPageRow]) -> None:
    """Give up the pages that ended their workers too often."""
    for row in pages:
        if row.lone_deaths >= LONE_DEATHS or row.deaths >= MOST_DEATHS:
            error = ALONE if row.lone_deaths >= LONE_DEATHS else TOO_OFTEN
            tx.do("poison_page", page_id=row.id, error=error)
            tx.do("count_poisoned", process_id=process_id)
