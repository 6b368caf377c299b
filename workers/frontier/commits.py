"""The one transaction that writes what became of pages: outcomes, new pages, counters, credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from schemas.slice import Claim, NewPage, OpenSlice, Outcome
from workers.db import Database, Row, Transaction
from workers.frontier.asides import keep_document, settle_kept
from workers.frontier.claims import Limits, take
from workers.frontier.repeats import without_repeats
from workers.frontier.slices import guarded


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


def commit(database: Database, slice_: OpenSlice, batch: Batch, limits: Limits) -> Claim | None:
    """Write what became of pages and claim the next: outcomes, new pages, counters, credits.

    All or nothing. Safe to repeat after a connection broke in the middle: only pages that this
    slice still holds are written, charged and counted; those of a claim whose answer was lost go
    back unsent when the slice ends. None where nothing was to be claimed.
    """
    with database.transaction("commit") as tx:
        wanted = [page for outcome in batch.outcomes for page in outcome.candidates]
        process = guarded(tx, slice_, jar=batch.cookies is not None, wanted=wanted)
        _write(tx, slice_, process, batch, limits=limits)
        if not batch.limit:
            return None
        return take(tx, slice_, process, limits, limit=batch.limit, idle=batch.idle)


def _write(
    tx: Transaction, slice_: OpenSlice, process: Row, batch: Batch, *, limits: Limits
) -> None:
    """Write ``batch``: all of it goes with the next query, for nothing of it is read here.

    Outcomes come last, because what else there is counts only for pages that the slice holds.
    """
    outcomes = without_repeats(tx, slice_, batch.outcomes)
    following = _following(process, outcomes)
    keep_document(tx, slice_, outcomes)
    settle_kept(tx, slice_, outcomes)
    cut = _insert(tx, slice_, outcomes, following, limits.max_pages - process.page_count)
    _learn(tx, slice_, process, batch, limits.max_pages if cut else None)
    tx.later(
        "finish_pages",
        process_id=slice_.process_id,
        account_id=slice_.account_id,
        slice_id=slice_.slice_id,
        outcomes=_json([_row(outcome, following, limits.price) for outcome in outcomes]),
    )


def _learn(
    tx: Transaction, slice_: OpenSlice, process: Row, batch: Batch, limit: int | None
) -> None:
    """Keep what the process learnt; ``limit`` is MAX_PAGES when links had to be left out."""
    why = (
        None if limit is None else f"The process reached MAX_PAGES ({limit}): links were left out."
    )
    news = [why] if why and process.error_code is None else []
    hosts = [host for host in batch.chrome_hosts if host not in process.chrome_hosts]
    if not (news or hosts or batch.notes or batch.cookies is not None):
        return
    tx.later(
        "learn",
        process_id=slice_.process_id,
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


def _following(process: Row, outcomes: Sequence[Outcome]) -> dict[int, NewPage]:
    """Choose each page's next one: the first candidate that its chain does not hold yet."""
    known = {tuple(page) for page in process.known or ()}
    chosen: dict[int, NewPage] = {}
    for outcome in outcomes:
        for page in outcome.candidates:
            if (page.collection, page.key, outcome.chain) not in known:
                chosen.setdefault(outcome.page_id, page)
    return chosen


def _json(rows: Sequence[Mapping[str, object]]) -> str:
    return orjson.dumps(rows).decode()


def _row(outcome: Outcome, following: Mapping[int, NewPage], price: int) -> dict[str, object]:
    after = following.get(outcome.page_id)
    return {
        "id": outcome.page_id,
        "step": outcome.step,
        "verdict": outcome.verdict,
        "status": outcome.status,
        "size": outcome.size,
        "milliseconds": outcome.milliseconds,
        "records": outcome.records,
        "record_count": outcome.record_count,
        "counted": outcome.counted_records,
        "next_key": after.key if after else None,
        "charged": outcome.charged,
        "cost": price if outcome.charged else 0,
        "error": outcome.error,
        "delay": outcome.delay,
        "fetch_url": outcome.fetch_url,
        "host": outcome.host,
        "admitted": outcome.admitted,
        "identities": outcome.identities or None,
    }


def _insert(
    tx: Transaction,
    slice_: OpenSlice,
    outcomes: Sequence[Outcome],
    following: Mapping[int, NewPage],
    room: int,
) -> bool:
    """Insert the pages that these led to; returns whether some had no room."""
    found: dict[tuple[int, str], tuple[NewPage, int]] = {}
    for outcome in outcomes:
        after = following.get(outcome.page_id)
        for page in (*outcome.details, *((after,) if after else ())):
            known = found.get((page.collection, page.key))
            if known is None or page.position < known[0].position:
                found[page.collection, page.key] = page, outcome.page_id
    pages = sorted(found.values(), key=lambda new: (new[0].collection, new[0].position))
    if len(pages) > room:
        pages = _unknown(tx, slice_, pages)
    kept = pages[: max(0, room)]
    if kept:
        new = _json([_page_row(page, source) for page, source in kept])
        tx.later("insert_pages", process_id=slice_.process_id, slice_id=slice_.slice_id, pages=new)
    return len(kept) < len(pages)


def _unknown(
    tx: Transaction, slice_: OpenSlice, pages: Sequence[tuple[NewPage, int]]
) -> list[tuple[NewPage, int]]:
    """Leave out pages that the frontier holds: they take no room."""
    row = tx.the(
        "known_pages",
        process_id=slice_.process_id,
        collections=[page.collection for page, _ in pages],
        keys=[page.key for page, _ in pages],
    )
    known = {(collection, key) for collection, key, _ in row.known}
    return [new for new in pages if (new[0].collection, new[0].key) not in known]


def _page_row(page: NewPage, source: int) -> dict[str, object]:
    return {
        "source": source,
        "collection": page.collection,
        "position": page.position,
        "key": page.key,
        "url": page.url,
        "host": page.host,
        "queue": page.queue,
        "admitted": page.admitted,
        "page_number": page.page_number,
        "chain": page.chain,
    }
