"""From a payload as it was sent to a plan: the one way in, and every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from marshmallow import ValidationError

from schemas.captures import KINDS, schema_for
from schemas.collection import CollectionPayloadSchema
from schemas.drafts import CollectionDraft, FieldDraft
from schemas.faults import MAX_FAULTS, from_messages
from schemas.json_schema import OneOf
from schemas.plan import Collection, Field, Plan, Request
from schemas.problem import Fault, Invalid
from schemas.requests import make_request
from schemas.serp import SearchPayloadSchema
from schemas.strict import NO_OBJECT, StrictSchema
from schemas.surroundings import surrounding_faults

MOST_OBJECTS: Final = 10_000
MOST_LEVELS: Final = 64
"""Bounds of the work that one payload can cause: what is beyond is refused unread."""

MESSAGE: Final = "The payload can't be used."


def load_plan(
    payload: object,
    *,
    task_name: str = "",
    countries: frozenset[str] | None = None,
    pointer: str = "",
) -> Plan:
    """Return the plan of ``payload`` (JSON values); ``Invalid`` names all its faults.

    ``task_name`` stands in for a name that the payload lacks. ``countries``: two-letter codes, in
    lower case, that have a proxy; None: not looked at. ``pointer`` is the payload's own place.
    Selectors and expressions are taken as they are: whether they compile is the extraction's part.
    """
    if not isinstance(payload, Mapping):
        raise Invalid([Fault(pointer, NO_OBJECT)], MESSAGE)
    _check_size(payload, pointer)
    faults: list[Fault] = []
    loaded: Any = None
    try:
        loaded = _schema(payload).load(payload)
    except ValidationError as error:
        faults += from_messages(error.messages, pointer)
    faults += surrounding_faults(payload, task_name=task_name, countries=countries, pointer=pointer)
    if faults:
        raise Invalid(dict.fromkeys(faults[:MAX_FAULTS]), MESSAGE)
    return _finish(loaded, task_name)


COLLECTION: Final = CollectionPayloadSchema()
SEARCH: Final = SearchPayloadSchema()

PAYLOAD: Final = OneOf(
    component="Payload",
    description="What to extract, and how: a collection, a search engine's results, or one page as "
    "a document.",
    forms=(COLLECTION, SEARCH, *KINDS.values()),
)


def _schema(payload: Mapping[str, object]) -> StrictSchema:
    if "capture" in payload:
        return schema_for(payload["capture"])
    asks = "engine" in payload or ("q" in payload and "fields" not in payload)
    return SEARCH if asks else COLLECTION


def is_payload(value: object) -> bool:
    """Whether ``value`` looks like a payload sent without its task envelope."""
    return (
        isinstance(value, Mapping)
        and "payload" not in value
        and any(name in value for name in ("request", "fields", "engine", "q", "capture", "url"))
    )


def _check_size(payload: Mapping[str, object], pointer: str) -> None:
    level: list[object] = [payload]
    objects = 0
    for _ in range(MOST_LEVELS):
        objects += sum(isinstance(item, Mapping) for item in level)
        if not level or objects > MOST_OBJECTS:
            break
        level = [child for item in level for child in _children(item)]
    if not level:
        return
    detail = f"The payload holds more than {MOST_OBJECTS} objects: split it into several tasks."
    if objects <= MOST_OBJECTS:
        detail = f"The payload is nested beyond {MOST_LEVELS} levels: flatten it."
    raise Invalid([Fault(pointer, detail)], MESSAGE)


def _children(item: object) -> list[object]:
    values = item.values() if isinstance(item, Mapping) else item
    return [child for child in values if isinstance(child, Mapping | list)]  # type: ignore[attr-defined]


def _finish(loaded: Plan | CollectionDraft, task_name: str) -> Plan:
    name = loaded.name.strip() or task_name.strip()
    if isinstance(loaded, Plan):
        return replace(loaded, name=name)
    collections: list[Collection | None] = []
    _lay_flat(loaded, collections, parent=None, inherited=None, name=name)
    return Plan(
        name=name,
        format=loaded.format,
        csv=loaded.csv,
        collections=tuple(one for one in collections if one is not None),
    )


def _lay_flat(
    draft: CollectionDraft,
    collections: list[Collection | None],
    *,
    parent: int | None,
    inherited: Request | None,
    name: str,
) -> int:
    """Add ``draft`` and all below it to ``collections``, parents first, and return its index."""
    index = len(collections)
    collections.append(None)  # its place is taken before those of its details
    request = make_request(draft.wishes, inherited)

    def place(field: FieldDraft) -> Field:
        details = None
        if field.details is not None:
            details = _lay_flat(
                field.details,
                collections,
                parent=index,
                inherited=request,
                name=field.details.name.strip() or field.name,
            )
        return Field(
            name=field.name,
            selector=field.selector,
            kind=field.kind,
            attrs=field.attrs,
            filters=field.filters,
            details=details,
        )

    collections[index] = Collection(
        index=index,
        name=name,
        request=request,
        fields=tuple(place(field) for field in draft.fields),
        parent=parent,
        common_parent=draft.common_parent,
        paginator=draft.paginator,
        path=draft.path,
    )
    return index
