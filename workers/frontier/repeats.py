"""Search results that an earlier page of the process gave already are left out: each comes once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from schemas.slice import OpenSlice, Outcome
from workers.db import Transaction
from workers.db.named import SEEN_RESULTS
from workers.serp.base import Record
from workers.serp.found import numbered_anew


def without_repeats(
    tx: Transaction, slice_: OpenSlice, outcomes: Sequence[Outcome]
) -> tuple[Outcome, ...]:
    """Return ``outcomes`` less the results that other pages of the (locked) process hold.

    A page with no organic result of its own is the last: engines repeat their last page for ever.
    """
    wanted = sorted({key for outcome in outcomes for key in outcome.identities})
    if not wanted:
        return tuple(outcomes)
    ids = [outcome.page_id for outcome in outcomes if outcome.identities]
    rows = tx.all(SEEN_RESULTS, process_id=slice_.process_id, wanted=wanted, ids=ids)
    seen = {row.key for row in rows}
    return tuple(_less(outcome, seen) for outcome in outcomes)


def _less(outcome: Outcome, seen: set[str]) -> Outcome:
    if seen.isdisjoint(outcome.identities):
        return outcome
    lines = (outcome.records or "").split("\n")
    fresh = [
        (key, orjson.loads(line))
        for key, line in zip(outcome.identities, lines, strict=True)
        if key not in seen
    ]
    left = numbered_anew(entry for _, entry in fresh)
    return replace(
        outcome,
        verdict="ok" if left else "empty",
        records=b"\n".join(map(orjson.dumps, left)).decode() if left else None,
        record_count=len(left),
        counted_records=len(left),
        identities=tuple(key for key, _ in fresh),
        candidates=outcome.candidates if any(map(_is_organic, left)) else (),
    )


def _is_organic(entry: Record) -> bool:
    return bool(entry.get("kind", "organic") == "organic")
