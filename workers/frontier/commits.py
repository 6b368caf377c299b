"""The one transaction that writes what became of pages: outcomes, new pages, counters, credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.turn import Claim, NewPage, Outcome, SliceTurn
from workers.db import Database, Row, Transaction
from workers.frontier.claims import Limits, take
from workers.frontier.turns import guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything one commit writes: outcomes, and what the process learnt on the way.

    ``limit`` pages are claimed in the same transaction (0: none), ``idle`` as in ``claim``.
    """

    outcomes: tuple[Outcome, ...]
    cookies: tuple[str, ...] | None = None
    chrome_hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    limit: int = 0
    idle: bool = False


_OUTCOME = (
    "(%s, %s::text, %s::text, %s::smallint, %s::bigint, %s::int, %s::text, %s::int, %s::uuid,"
    " %s::bigint, %s::text, %s::float8, %s::text, %s::text, %s::boolean, %s::bigint)"
)
_PAGE = "(%s, %s, %s::int[], %s::uuid, %s, %s, %s, %s, %s, %s::bigint)"


def commit(database: Database, turn: SliceTurn, batch: Batch, limits: Limits) -> Claim | None:
    """Write what became of pages and claim the next: outcomes, new pages, counters, credits.

    All or nothing. Safe to repeat after a connection broke in the middle: only pages that this
    slice still holds are written, charged and counted; those of a claim whose answer was lost go
    back unsent when the slice ends. None where nothing was to be claimed.
    """
    with database.transaction() as tx:
        process = guarded(tx, turn)
        left = _write(tx, turn, process, batch, limits=limits)
        if not batch.limit:
            return None
        process = process._replace(open_pages=left)
        return take(tx, turn, process, limits, limit=batch.limit, idle=batch.idle)


def _write(tx: Transaction, turn: SliceTurn, process: Row, batch: Batch, *, limits: Limits) -> int:
    """Write ``batch`` and return how many pages are open then."""
    following = _following(tx, turn, batch.outcomes)
    settled = tx.many(
        "finish_pages",
        [_row(outcome, following, limits.price, turn.slice_id) for outcome in batch.outcomes],
        _OUTCOME,
    )
    landed = {row.id for row in settled}
    outcomes = [outcome for outcome in batch.outcomes if outcome.page_id in landed]
    room = limits.max_pages - process.page_count
    inserted, cut = _insert(tx, turn, outcomes, following, room)
    released = sum(row.reserved for row in settled)
    _count(tx, turn, outcomes, inserted=inserted, price=limits.price, released=released)
    _learn(tx, process, batch, limits.max_pages if cut else None)
    done = sum(outcome.step == "done" for outcome in outcomes)
    return int(process.open_pages) + inserted - done


def _learn(tx: Transaction, process: Row, batch: Batch, limit: int | None) -> None:
    """Keep what the process learnt; ``limit`` is MAX_PAGES when links had to be left out."""
    why = (
        None if limit is None else f"The process reached MAX_PAGES ({limit}): links were left out."
    )
    news = [why] if why and process.error_code is None else []
    hosts = [host for host in batch.chrome_hosts if host not in process.chrome_hosts]
    if not (news or hosts or batch.notes or batch.cookies is not None):
        return
    tx.do(
        "learn",
        process_id=process.id,
        cookies=None if batch.cookies is None else _jar(process.cookies, batch.cookies),
        chrome_hosts=hosts,
        error_code="max_pages" if why else None,
        error_message=why,
        notes=[*batch.notes, *news],
    )


def _jar(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Join two cookie jars: of cookies of one domain, path and name the newer stays."""
    jar = {}
    for line in (*old, *new):
        parts = line.split("\t")
        jar[parts[0], *parts[2:3], *parts[5:6]] = line
    return list(jar.values())


def _following(tx: Transaction, turn: SliceTurn, outcomes: Sequence[Outcome]) -> dict[int, NewPage]:
    """Choose each page's next one: the first candidate that its chain does not hold yet."""
    wanted = [(o, page) for o in outcomes for page in o.candidates]
    if not wanted:
        return {}
    known = {
        (row.collection, row.key, row.chain)
        for row in tx.all(
            "existing_keys",
            process_id=turn.process_id,
            collections=[page.collection for _, page in wanted],
            keys=[page.key for _, page in wanted],
        )
    }
    chosen: dict[int, NewPage] = {}
    for outcome, page in wanted:
        if (page.collection, page.key, outcome.chain) not in known:
            chosen.setdefault(outcome.page_id, page)
    return chosen


def _row(
    outcome: Outcome, following: Mapping[int, NewPage], price: int, slice_id: int
) -> tuple[object, ...]:
    after = following.get(outcome.page_id)
    return (
        outcome.page_id,
        outcome.step,
        outcome.verdict,
        outcome.status,
        outcome.size,
        outcome.milliseconds,
        outcome.records,
        outcome.record_count,
        after.key if after else None,
        price if outcome.charged else 0,
        outcome.error,
        outcome.delay,
        outcome.fetch_url,
        outcome.host,
        outcome.admitted,
        slice_id,
    )


def _insert(
    tx: Transaction,
    turn: SliceTurn,
    outcomes: Sequence[Outcome],
    following: Mapping[int, NewPage],
    room: int,
) -> tuple[int, bool]:
    """Insert the pages that these led to; return how many are new and whether some had no room."""
    found: dict[tuple[int, str], NewPage] = {}
    for outcome in outcomes:
        after = following.get(outcome.page_id)
        for page in (*outcome.details, *((after,) if after else ())):
            known = found.get((page.collection, page.key))
            if known is None or page.position < known.position:
                found[page.collection, page.key] = page
    pages = sorted(found.values(), key=lambda page: (page.collection, page.position))
    if len(pages) > room:
        pages = _unknown(tx, turn, pages)
    kept = pages[: max(0, room)]
    rows = tx.many("insert_pages", [_page_row(turn, page) for page in kept], _PAGE)
    return sum(row.inserted for row in rows), len(kept) < len(pages)


def _unknown(tx: Transaction, turn: SliceTurn, pages: Sequence[NewPage]) -> list[NewPage]:
    """Leave out pages that the frontier holds: they take no room."""
    rows = tx.all(
        "existing_keys",
        process_id=turn.process_id,
        collections=[page.collection for page in pages],
        keys=[page.key for page in pages],
    )
    known = {(row.collection, row.key) for row in rows}
    return [page for page in pages if (page.collection, page.key) not in known]


def _page_row(turn: SliceTurn, page: NewPage) -> tuple[object, ...]:
    return (
        turn.process_id,
        page.collection,
        list(page.position),
        page.key,
        page.url,
        page.host,
        page.queue,
        page.admitted,
        page.page_number,
        page.chain,
    )


def _count(
    tx: Transaction,
    turn: SliceTurn,
    outcomes: Sequence[Outcome],
    *,
    inserted: int,
    price: int,
    released: int,
) -> None:
    """Move the counters of process and account by what ``outcomes`` were."""
    over = [outcome for outcome in outcomes if outcome.step == "done"]
    verdicts = [outcome.verdict for outcome in over]
    blocked, good = verdicts.count("blocked"), sum(outcome.charged for outcome in over)
    tx.do(
        "count_outcomes",
        process_id=turn.process_id,
        account_id=turn.account_id,
        responses=good,
        records=sum(outcome.counted_records for outcome in over),
        failed=len(over) - good - blocked,
        empty=verdicts.count("empty"),
        blocked=blocked,
        inserted=inserted,
        done=len(over),
        cost=good * price,
        released=released,
    )
