"""The one transaction that writes what became of pages: outcomes, new pages, counters, credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.turn import NewPage, Outcome, SliceTurn
from workers.db import Database, Transaction
from workers.frontier.claims import Limits
from workers.frontier.turns import guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything one commit writes: outcomes, and what the process learnt on the way."""

    outcomes: tuple[Outcome, ...]
    cookies: tuple[str, ...] | None = None
    chrome_hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_OUTCOME = (
    "(%s, %s::text, %s::text, %s::smallint, %s::bigint, %s::int, %s::text, %s::int, %s::uuid,"
    " %s::bigint, %s::text, %s::float8, %s::text, %s::text, %s::boolean)"
)
_PAGE = "(%s, %s, %s::int[], %s::uuid, %s, %s, %s, %s, %s, %s::bigint)"


def commit(database: Database, turn: SliceTurn, batch: Batch, limits: Limits) -> None:
    """Write what became of pages: outcomes, records, new pages, counters, credits. All or nothing."""
    with database.transaction() as tx:
        process = guarded(tx, turn)
        following = _following(tx, turn, batch.outcomes)
        price = limits.price
        settled = tx.many(
            "finish_pages",
            [_outcome_row(outcome, following, price) for outcome in batch.outcomes],
            _OUTCOME,
        )
        landed = {row.id for row in settled}
        outcomes = [outcome for outcome in batch.outcomes if outcome.page_id in landed]
        room = limits.max_pages - process.page_count
        inserted, cut = _insert(tx, turn, outcomes, following, room)
        charged = [outcome for outcome in outcomes if outcome.charged and price]
        tx.many(
            "charge_pages",
            [(turn.account_id, turn.process_id, o.page_id, -price, "page") for o in charged],
        )
        why = f"The process reached MAX_PAGES ({limits.max_pages}): further links were left out."
        _count(
            tx,
            turn,
            outcomes=outcomes,
            inserted=inserted,
            done=sum(outcome.step == "done" for outcome in outcomes),
            cost=price * len(charged),
            error=("max_pages", why) if cut else (None, None),
            cookies=list(batch.cookies) if batch.cookies is not None else None,
            chrome_hosts=[h for h in batch.chrome_hosts if h not in process.chrome_hosts],
            notes=[*batch.notes, *([why] if cut and process.error_code is None else [])],
        )
        tx.do(
            "settle",
            account_id=turn.account_id,
            released=sum(row.reserved for row in settled),
            cost=price * len(charged),
        )


def _following(
    tx: Transaction, turn: SliceTurn, outcomes: Sequence[Outcome]
) -> dict[int, NewPage]:
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


def _outcome_row(outcome: Outcome, following: Mapping[int, NewPage], price: int) -> tuple[object, ...]:
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
    *,
    outcomes: Sequence[Outcome] = (),
    inserted: int = 0,
    done: int = 0,
    cost: int = 0,
    error: tuple[str | None, str | None] = (None, None),
    **more: object,
) -> None:
    """Move the process counters by what ``outcomes`` were."""
    over = [outcome for outcome in outcomes if outcome.step == "done"]
    verdicts = [outcome.verdict for outcome in over]
    blocked, good = verdicts.count("blocked"), sum(outcome.charged for outcome in over)
    tx.do(
        "count_outcomes",
        process_id=turn.process_id,
        responses=good,
        records=sum(outcome.counted_records for outcome in over),
        failed=len(over) - good - blocked,
        empty=verdicts.count("empty"),
        blocked=blocked,
        inserted=inserted,
        done=done,
        cost=cost,
        error_code=error[0],
        error_message=error[1],
        **{"cookies": None, "chrome_hosts": None, "notes": None, **more},
    )
