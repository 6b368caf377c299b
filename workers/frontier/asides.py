"""What is kept beside records in a page's commit: documents, and copies of pages to look at."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.slice import OpenSlice, Outcome
from workers.db import Transaction


def keep_document(tx: Transaction, slice_: OpenSlice, outcomes: Sequence[Outcome]) -> None:
    """Keep the document of a process that is about one page, until its file is made of it."""
    for outcome in outcomes:
        if outcome.document is not None:
            tx.later(
                "keep_document",
                process_id=slice_.process_id,
                slice_id=slice_.slice_id,
                page_id=outcome.page_id,
                content_type=outcome.document.content_type,
                body=outcome.document.body,
            )


def settle_kept(tx: Transaction, slice_: OpenSlice, outcomes: Sequence[Outcome]) -> None:
    """Keep the copies of pages that can't be read; a page that can has none any more."""
    over = [o for o in outcomes if o.step == "done" and (o.kept_key or o.identities)]
    if over:
        tx.later(
            "settle_kept",
            process_id=slice_.process_id,
            slice_id=slice_.slice_id,
            ids=[outcome.page_id for outcome in over],
            keys=[outcome.kept_key for outcome in over if outcome.kept_key],
        )
