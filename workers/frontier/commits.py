"""The one transaction that writes what became of pages: outcomes, new pages, counters, credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import orjson

from schemas.rows.slices import SliceProcessRow
from schemas.slice import Batch, CapturedDocument, Claim, NewPage, OpenSlice, Outcome
from workers.db import Database, Transaction
from workers.frontier.claims import Limits, take
from workers.frontier.new_pages import as_json, following_of, insert_pages
from workers.frontier.repeats import without_repeats
from workers.frontier.slices import guarded


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
    tx: Transaction, slice_: OpenSlice, process: SliceProcessRow, batch: Batch, *, limits: Limits
) -> None:
    """Write ``batch``: all of it goes with the next query, for nothing of it is read here.

    Outcomes come last, because what else there is counts only for pages that the slice holds.
    """
    outcomes = without_repeats(tx, slice_, batch.outcomes)
    following = following_of(process, outcomes)
    _keep_document(tx, slice_, outcomes)
    _settle_page_copies(tx, slice_, outcomes)
    cut = insert_pages(tx, slice_, outcomes, following, limits.max_pages - process.page_count)
    _learn(tx, slice_, process, batch, limits.max_pages if cut else None)
    tx.later(
        "finish_pages",
        process_id=slice_.process_id,
        account_id=slice_.account_id,
        slice_id=slice_.slice_id,
        outcomes=as_json([_row(outcome, following, limits.price) for outcome in outcomes]),
    )


def _learn(
    tx: Transaction, slice_: OpenSlice, process: SliceProcessRow, batch: Batch, limit: int | None
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
        cookies=None if batch.cookies is None else _jar(process.cookies or (), batch.cookies),
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


def _keep_document(tx: Transaction, slice_: OpenSlice, outcomes: Sequence[Outcome]) -> None:
    """Keep what pages gave that is no record, until the process' file is made of it."""
    for outcome in outcomes:
        document = outcome.document
        if document is not None:
            captured = isinstance(document, CapturedDocument)
            tx.later(
                "keep_document" if captured else "keep_look",
                process_id=slice_.process_id,
                slice_id=slice_.slice_id,
                page_id=outcome.page_id,
                **asdict(document),
            )


def _settle_page_copies(tx: Transaction, slice_: OpenSlice, outcomes: Sequence[Outcome]) -> None:
    """Keep the copies of pages that can't be read; a page that can has none any more."""
    over = [o for o in outcomes if o.step == "done" and (o.page_copy_key or o.identities)]
    if over:
        tx.later(
            "settle_page_copies",
            process_id=slice_.process_id,
            slice_id=slice_.slice_id,
            ids=[outcome.page_id for outcome in over],
            keys=[outcome.page_copy_key for outcome in over if outcome.page_copy_key],
        )


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
        "report": orjson.Fragment(outcome.report) if outcome.report else None,
    }
