"""From the body of a call to a task that can run: shape and engines are asked in one go.

The vocabulary knows a payload's shape, the extraction what its engines can run. Where the shape is
at fault there is no plan to ask the engines about; then they are asked piece by piece, about every
piece that has the right shape, so that one answer names all there is to mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schemas.faults import MAX_FAULTS
from schemas.payload import is_payload
from schemas.plan import Collection, Field, Filter, Paginator, Plan, Request
from schemas.problem import Fault, Invalid
from schemas.task import TaskChanges, TaskDraft, load_changes, load_task
from workers.extraction.check import check

Countries = frozenset[str] | None

_HARMLESS = Filter(name="trim")
_DEEPEST = 32  # levels of details, as many as a body may have


def load_draft(body: object, *, countries: Countries) -> TaskDraft:
    """Return the task that ``body`` describes; ``Invalid`` names all that is wrong with it."""
    try:
        draft = load_task(body, countries=countries)
    except Invalid as error:
        raise _with_engines(error, body) from error
    _refuse(check(draft.plan, draft.payload, pointer=_place(body)))
    return draft


def load_update(
    body: object,
    *,
    task_name: str,
    countries: Countries,
    stored_exports: Sequence[Mapping[str, str]],
) -> TaskChanges:
    """Return what ``body`` changes of a task; ``Invalid`` as above."""
    try:
        changes = load_changes(
            body, task_name=task_name, countries=countries, stored_exports=stored_exports
        )
    except Invalid as error:
        raise _with_engines(error, body) from error
    if changes.plan is not None:
        _refuse(check(changes.plan, changes.payload, pointer=_place(body)))
    return changes


def _place(body: object) -> str:
    return "" if is_payload(body) else "/payload"


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Invalid(faults[:MAX_FAULTS], "The engines can't run this payload.")


def _with_engines(error: Invalid, body: object) -> Invalid:
    """Return ``error`` with what the engines say of the pieces that have the right shape."""
    payload = body if is_payload(body) else body.get("payload") if isinstance(body, dict) else None
    known = {fault.pointer for fault in error.faults}
    more = [
        fault
        for fault in _pieces(payload, _place(body), _DEEPEST)
        if not any(
            fault.pointer == place or fault.pointer.startswith(f"{place}/") for place in known
        )
    ]
    return Invalid([*error.faults, *more][:MAX_FAULTS], str(error))


def _pieces(sent: object, place: str, levels: int) -> Iterator[Fault]:
    """Yield what the engines can't run of a collection scheme of any shape, and of its details."""
    if not isinstance(sent, Mapping) or levels == 0:
        return
    fields = sent.get("fields")
    fields = fields if isinstance(fields, list) else []
    yield from check(_plan(sent, fields), pointer=place)
    for index, field in enumerate(fields):
        if isinstance(field, Mapping):
            below = f"{place}/fields/{index}/details"
            yield from _pieces(field.get("details"), below, levels - 1)


def _plan(sent: Mapping[str, object], fields: Sequence[object]) -> Plan:
    """Return a plan of one collection that holds what could be read, at its place."""
    paginator = sent.get("paginator")
    following = _text(paginator.get("nextPageSelector") if isinstance(paginator, Mapping) else None)
    collection = Collection(
        index=0,
        name="",
        request=Request(),
        fields=tuple(_field(field) for field in fields),
        common_parent=_text(sent.get("commonParent")) or None,
        paginator=Paginator(selector=following),
    )
    return Plan(name="", format="json", collections=(collection,))


def _field(sent: object) -> Field:
    if not isinstance(sent, Mapping):
        return Field(name="", selector=".")
    filters = sent.get("filters")
    return Field(
        name="",
        selector=_text(sent.get("selector")) or ".",
        filters=tuple(map(_filter, filters)) if isinstance(filters, list) else (),
    )


def _filter(sent: object) -> Filter:
    """Return a regex as it is; of any other filter its shape says all."""
    if isinstance(sent, Mapping) and _text(sent.get("name")).lower() == "regex":
        return Filter(name="regex", param=_text(sent.get("param")) or ".")
    return _HARMLESS


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
