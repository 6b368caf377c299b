"""Claiming pages: their price is held and their requests are counted before any of them leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.rows.slices import ClaimedRow, SliceProcessRow
from schemas.slice import Claim, ClaimedPage, OpenSlice
from workers.db import Database, Transaction
from workers.db.named import CLAIM_PAGES, OPEN_PAGES
from workers.frontier.slices import guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process may use up (settings), and what a page costs here, in thousandths."""

    max_pages: int
    max_runtime: float
    price: int


def claim(
    database: Database, slice_: OpenSlice, limit: int, limits: Limits, *, idle: bool
) -> Claim:
    """Claim up to ``limit`` pages, holding their price and counting their requests.

    ``idle``: nothing is in flight, so that a page that must be tried alone may be taken.
    """
    with database.transaction("claim") as tx:
        return take(tx, slice_, guarded(tx, slice_), limits, limit=limit, idle=idle)


def take(
    tx: Transaction,
    slice_: OpenSlice,
    process: SliceProcessRow,
    limits: Limits,
    *,
    limit: int,
    idle: bool,
) -> Claim:
    """As ``claim``, in a transaction that has locked ``process``."""
    if process.age > limits.max_runtime:
        _truncate(tx, slice_, "The process reached MAX_RUNTIME before this page.")
        return Claim(pages=())
    rows = _pick(tx, slice_, limits, limit=limit, lone=False)
    alone = not rows and idle
    if alone:
        rows = _pick(tx, slice_, limits, limit=1, lone=True)
    if not rows:
        return Claim(pages=(), over=tx.the(OPEN_PAGES, process_id=slice_.process_id).n <= 0)
    taken = [row for row in rows if row.payable]
    if alone and taken:
        tx.later("mark_alone", slice_id=slice_.slice_id, page_id=taken[0].id)
    return Claim(pages=tuple(_claimed(row, alone=alone) for row in taken), starved=not taken)


def _pick(
    tx: Transaction, slice_: OpenSlice, limits: Limits, *, limit: int, lone: bool
) -> list[ClaimedRow]:
    """Give the slice the next pages; a row that is not payable where none can be paid for."""
    return tx.all(
        CLAIM_PAGES,
        process_id=slice_.process_id,
        slice_id=slice_.slice_id,
        account_id=slice_.account_id,
        queue=slice_.queue,
        price=limits.price,
        limit=limit,
        lone=lone,
    )


def _claimed(row: ClaimedRow, *, alone: bool) -> ClaimedPage:
    return ClaimedPage(
        id=row.id,
        collection=row.collection,
        position=tuple(row.position),
        url=row.fetch_url or row.url,
        first_url=row.url,
        host=row.host,
        hops=row.hops,
        resend=row.resend,
        page_number=row.page_number,
        chain=row.chain,
        attempt=row.attempt,
        admitted=row.admitted,
        followed=row.followed,
        alone=alone,
    )


def _truncate(tx: Transaction, slice_: OpenSlice, why: str) -> None:
    tx.do("truncate_frontier", process_id=slice_.process_id, error=why)


def admit(
    database: Database, slice_: OpenSlice, page_ids: Iterable[int], *, again: bool = False
) -> None:
    """Record that robots.txt allows the pages, and count their requests, before they leave.

    ``again``: a second request leaves for pages whose first one has been counted.
    """
    with database.transaction("admit") as tx:
        guarded(tx, slice_)
        tx.do(
            "admit_pages",
            process_id=slice_.process_id,
            slice_id=slice_.slice_id,
            ids=list(page_ids),
            again=again,
        )
