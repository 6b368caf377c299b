"""What comes after a slice: more slices, the file, a stop for want of credits, or nothing.

Asked after every slice and by the sweep, so it only looks at what Postgres holds and is safe to ask
at any time, by anybody, twice at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.rows.processes import ProcessRow
from workers import celery
from workers.db import Database, Transaction
from workers.db.named import (
    ACCOUNT_AVAILABLE,
    LOCK_PROCESS,
    NEXT_CLAIMABLE,
    OTHER_SLICES,
    QUEUED_BY_QUEUE,
    START_PAGE,
)
from workers.queues import FETCHING
from workers.settings import Settings

MAX_SLICES = 64  # slices at one process at once
PAGES_A_SLICE = 48  # open pages that are worth another slice
AHEAD = 2  # hints of one process that wait at once, so that it does not fill the queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a page costs by its fetcher, in thousandths of a credit."""

    base: int
    chrome: int

    def of(self, queue: str) -> int:
        """Return the price of a page of this queue."""
        price: int = getattr(self, queue)
        return price


def prices_of(settings: Settings) -> Prices:
    """Return what pages cost in this deployment."""
    return Prices(**{name: kind.price(settings) for name, kind in FETCHING.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What is left to pay for, and with what, in thousandths of a credit."""

    next_page: int
    rest: int
    available: int
    unlimited: bool

    @property
    def payable(self) -> bool:
        """Whether the account can pay for the cheapest page that waits."""
        return self.unlimited or self.available >= self.next_page


def bill(tx: Transaction, process: ProcessRow, prices: Prices) -> Bill:
    """Return what the queued pages of the process cost, and what its account can spend now."""
    queued = tx.all(QUEUED_BY_QUEUE, process_id=process.id)
    account = tx.the(ACCOUNT_AVAILABLE, account_id=process.account_id)
    return Bill(
        next_page=min((0 if r.paid else prices.of(r.queue) for r in queued), default=0),
        rest=sum(row.n * prices.of(row.queue) for row in queued),
        available=account.available,
        unlimited=account.unlimited,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A message to send once the transaction is committed."""

    job: str
    subject: str
    generation: int = 0
    times: int = 1


def advance(database: Database, process_id: str, prices: Prices) -> list[Hint]:
    """Move the process on and send the hints; returns what was sent."""
    with database.transaction("advance") as tx:
        process = tx.one(LOCK_PROCESS, process_id=process_id)
        hints = [] if process is None else next_hints(tx, process, prices)
    send(hints)
    return hints


def send(hints: list[Hint]) -> None:
    """Send the hints; what can't be sent is the sweep's."""
    for hint in hints:
        for _ in range(hint.times):
            celery.send(hint.job, hint.subject, hint.generation)


def next_hints(tx: Transaction, process: ProcessRow, prices: Prices) -> list[Hint]:
    """Move the (locked) process on; returns the hints to send once that is committed."""
    if process.deleted or process.state not in {"queued", "running"}:
        return publish_hint(process) if process.publish_due and not process.deleted else []
    busy = {row.queue: row.n for row in tx.all(OTHER_SLICES, process_id=process.id)}
    if process.open_pages <= 0 and not busy:
        return _publish(tx, process)
    if process.starved and not busy and _suspended(tx, process, prices):
        return publish_hint(process)
    return _more_slices(tx, process, busy)


def publish_hint(process: ProcessRow) -> list[Hint]:
    """Return the hint to make the files of the process."""
    return [Hint(job="publish", subject=process.id, generation=process.generation)]


def _publish(tx: Transaction, process: ProcessRow) -> list[Hint]:
    code, message = _failure(tx, process)
    tx.do("start_publishing", process_id=process.id, error_code=code, error_message=message)
    return publish_hint(process)


def _failure(tx: Transaction, process: ProcessRow) -> tuple[str | None, str | None]:
    """Say why the process failed: no start page, or nothing but block notices."""
    if process.response_count:
        return None, None
    start = tx.one(START_PAGE, process_id=process.id)
    if start is None or start.verdict in {"ok", "empty"}:
        return None, None
    reason = start.error or "no reason is known"
    if start.verdict == "blocked":
        return "blocked", reason
    return "start_page_failed", f"The start page could not be fetched: {reason}"


def _suspended(tx: Transaction, process: ProcessRow, prices: Prices) -> bool:
    """Suspend a process whose account can't pay for its cheapest page; False when it can."""
    owed = bill(tx, process, prices)
    if owed.payable:
        tx.do("clear_starved", process_id=process.id)
        return False
    tx.do("suspend", process_id=process.id, missing=owed.rest)
    return True


def _more_slices(tx: Transaction, process: ProcessRow, busy: dict[str, int]) -> list[Hint]:
    """Ask for as many slices as the open pages are worth, a few at a time.

    Each slice that finds enough to do asks again, so a process spreads over the pool by and by,
    and a small one that comes later waits behind a few hints, not behind hundreds.
    """
    waits = {row.queue: row.wait for row in tx.all(NEXT_CLAIMABLE, process_id=process.id)}
    wanted = max(1, min(MAX_SLICES, process.open_pages // PAGES_A_SLICE))
    ahead = 1 if process.state == "queued" else AHEAD
    coming = {"base": process.hints, "chrome": process.chrome_hints}
    missing = {
        queue: max(0, min(wanted - busy.get(queue, 0), ahead) - coming[queue])
        for queue in FETCHING
        if waits.get(queue, 1.0) <= 0
    }
    if not any(missing.values()):
        return []
    tx.do(
        "note_hints",
        process_id=process.id,
        base=missing.get("base", 0),
        chrome=missing.get("chrome", 0),
    )
    return [
        Hint(
            job=_job(process, queue),
            subject=process.id,
            generation=process.generation,
            times=times,
        )
        for queue, times in missing.items()
        if times
    ]


def first_hint(process: ProcessRow) -> Hint:
    """Return the hint for a process that was just inserted, which says on whom it waits."""
    queue = "chrome" if process.chrome_hints else "base"
    return Hint(job=_job(process, queue), subject=process.id, generation=process.generation)


def _job(process: ProcessRow, queue: str) -> str:
    """Return the job of a slice: a process' first one waits behind no slices of others."""
    return FETCHING[queue].first if process.state == "queued" else FETCHING[queue].job
