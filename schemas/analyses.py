"""What a single call that looks at pages may ask, and how its task is stored: a payload, wrapped.

No caller can send the wrapping: ``load_plan`` refuses it. ``load_stored`` is for what was stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Final

from schemas.analysis import Analysis, PagePreview, PageSuggestion
from schemas.numbers import Whole
from schemas.payload import load_plan
from schemas.plan import PageSource, Plan
from schemas.problem import Fault, Invalid
from schemas.strict import StrictSchema
from schemas.values import Refused, Text, Url

MOST_RECORDS: Final = 100
MOST_DETAILS: Final = 3
LONGEST_PAGE: Final = 1_000_000_000  # characters; MAX_RESPONSE_BYTES is the bound that counts

_KINDS: Final = {kind.kind: kind for kind in (PagePreview, PageSuggestion)}


def page_sent() -> Text:
    """Return a new field, for each schema of calls that look at a page."""
    return Text(
        least=1,
        most=LONGEST_PAGE,
        cure="Send the page, or leave the member out.",
        metadata={"description": "The page itself: then nothing is fetched, and nothing charged."},
    )


def no_snapshot() -> Refused:
    """Return a new field that refuses a snapshot, as ``page_sent``."""
    return Refused(
        "There are no snapshots here yet: send the page as `html`.", data_key="snapshotId"
    )


class PreviewWishesSchema(StrictSchema):
    """What a preview takes beside the payload or the task."""

    task_id = Text(data_key="taskId", metadata={"description": "A task, in place of a payload."})
    url = Url(
        metadata={"description": "Another page of the same kind, in place of the payload's own."}
    )
    html = page_sent()
    snapshot_id = no_snapshot()
    variables = Refused("There are no variables here yet: write their values into the payload.")
    records = Whole(
        0, MOST_RECORDS, load_default=10, metadata={"description": "Records that are shown."}
    )
    details = Whole(
        0,
        MOST_DETAILS,
        metadata={"description": "Links to details that are followed, and charged: 1 if absent."},
    )


PREVIEW_WISHES: Final = PreviewWishesSchema()


def wrapped(
    payload: Mapping[str, object], analysis: Analysis, source: PageSource
) -> dict[str, Any]:
    """Return what is stored as the payload of the call's task."""
    told = {"kind": analysis.kind, **asdict(analysis)}
    return {"analyse": told, "source": source, "payload": dict(payload)}


def load_stored(payload: object, *, task_name: str = "") -> Plan:
    """Return the plan of a task's payload, be it a caller's or one that was ``wrapped``.

    Raises ``Invalid`` for one of another release that this one can't read.
    """
    told = payload.get("analyse") if isinstance(payload, Mapping) else None
    if not isinstance(payload, Mapping) or not isinstance(told, Mapping):
        return load_plan(payload, task_name=task_name)
    kind = _KINDS.get(str(told.get("kind")))
    if kind is None:
        raise Invalid([Fault("/analyse/kind", "This release can't do that.")])
    known = {field.name for field in fields(kind)}
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    analysis: Analysis = kind(**{n: v for n, v in {**told, **lists}.items() if n in known})
    plan = load_plan(payload.get("payload"), task_name=task_name)
    source: PageSource = "given" if payload.get("source") == "given" else "web"
    return replace(plan, analysis=analysis, source=source)
