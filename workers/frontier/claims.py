"""Claiming pages: their price is held and their requests are counted before any of them leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.turn import Claim, ClaimedPage, SliceTurn
from workers.db import Database, Row, Transaction
from workers.frontier.turns import guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process may use up (settings), and what a page costs here, in thousandths."""

    max_pages: int
    max_runtime: float
    price: int


def claim(database: Database, turn: SliceTurn, limit: int, limits: Limits, *, idle: bool) -> Claim:
    """Claim up to ``limit`` pages, holding their price and counting their requests.

    ``idle``: nothing is in flight, so that a page that must be tried alone may be taken.
    """
    with database.transaction("claim") as tx:
        return take(tx, turn, guarded(tx, turn), limits, limit=limit, idle=idle)


def take(
    tx: Transaction, turn: SliceTurn, process: Row, limits: Limits, *, limit: int, idle: bool
) -> Claim:
    """As ``claim``, in a transaction that has locked ``process``."""
    if process.age > limits.max_runtime:
        _truncate(tx, turn, "The process reached MAX_RUNTIME before this page.")
        return Claim(pages=())
    where = {"process_id": turn.process_id, "queue": turn.queue}
    rows = tx.all("claimable_pages", limit=limit, **where)
    alone = not rows and idle
    if alone:
        rows = tx.all("lone_page", **where)
    if not rows:
        return Claim(pages=(), over=process.open_pages <= 0)
    wanted = sum(not row.answered for row in rows)
    taken = _affordable(rows, _reserve(tx, turn, wanted, limits.price))
    _hold(tx, turn, taken, limits.price)
    if alone and taken:
        tx.do("mark_alone", slice_id=turn.slice_id, page_id=taken[0].id)
    return Claim(pages=tuple(_claimed(row, alone=alone) for row in taken), starved=not taken)


def _claimed(row: Row, *, alone: bool) -> ClaimedPage:
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
        attempt=row.attempts + 1,
        admitted=row.admitted,
        followed=row.followed,
        alone=alone,
    )


def _affordable(rows: Sequence[Row], payable: int) -> list[Row]:
    """Return the first ``payable`` pages, and those that were paid for before they came back."""
    taken = []
    for row in rows:
        if row.answered or payable > 0:
            taken.append(row)
            payable -= not row.answered
    return taken


def _reserve(tx: Transaction, turn: SliceTurn, wanted: int, price: int) -> int:
    """Hold the price of up to ``wanted`` pages and return of how many."""
    row = tx.the("reserve", account_id=turn.account_id, wanted=wanted, price=price)
    return int(row.payable)


def _hold(tx: Transaction, turn: SliceTurn, rows: Sequence[Row], price: int) -> None:
    if rows:
        tx.do(
            "claim_pages",
            process_id=turn.process_id,
            slice_id=turn.slice_id,
            price=price,
            ids=[row.id for row in rows],
            requests=sum(row.admitted and not row.counted for row in rows),
        )


def _truncate(tx: Transaction, turn: SliceTurn, why: str) -> None:
    tx.do("truncate_frontier", process_id=turn.process_id, error=why)


def admit(database: Database, turn: SliceTurn, page_ids: Iterable[int]) -> None:
    """Record that robots.txt allows the pages, and count their requests, before they leave."""
    with database.transaction("admit") as tx:
        guarded(tx, turn)
        tx.do(
            "admit_pages",
            process_id=turn.process_id,
            slice_id=turn.slice_id,
            ids=list(page_ids),
        )
