"""The pages that pages led to: which one is next in its chain, and what is new to the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from schemas.rows.slices import SliceProcessRow
from schemas.slice import NewPage, OpenSlice, Outcome
from workers.db import Transaction
from workers.db.named import KNOWN_PAGES


def following_of(process: SliceProcessRow, outcomes: Sequence[Outcome]) -> dict[int, NewPage]:
    """Choose each page's next one: the first candidate that its chain does not hold yet."""
    known = {tuple(page) for page in process.known or ()}
    chosen: dict[int, NewPage] = {}
    for outcome in outcomes:
        for page in outcome.candidates:
            if (page.collection, page.key, outcome.chain) not in known:
                chosen.setdefault(outcome.page_id, page)
    return chosen


def insert_pages(
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
        new = as_json([_page_row(page, source) for page, source in kept])
        tx.later("insert_pages", process_id=slice_.process_id, slice_id=slice_.slice_id, pages=new)
    return len(kept) < len(pages)


def _unknown(
    tx: Transaction, slice_: OpenSlice, pages: Sequence[tuple[NewPage, int]]
) -> list[tuple[NewPage, int]]:
    """Leave out pages that the frontier holds: they take no room."""
    row = tx.the(
        KNOWN_PAGES,
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


def as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the rows as a parameter of one of our functions."""
    return orjson.dumps(rows).decode()
