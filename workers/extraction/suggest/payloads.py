"""A candidate as a payload, and the same as a plan, ready for the real extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.fields import DEFAULT_ATTRS
from schemas.plan import TEXT, Collection, Field, Filter, Paginator, Plan, Request
from workers.extraction.suggest.columns import TEXTS, FieldColumn

MOST_PAGES: Final = 50
"""How many pages a proposed paginator follows: visible, and no more than a person expects."""

Payload = dict[str, Any]


def list_payload(
    name: str, url: str, blocks: str, columns: Sequence[FieldColumn], following: str | None
) -> Payload:
    """Return the payload of a list: its blocks' selector, its columns, the next link's selector."""
    payload = _payload(name, url, list(map(_field_of, columns)), blocks)
    if following:
        payload["paginator"] = {"nextPageSelector": following, "pageNum": MOST_PAGES}
    return payload


def record_payload(
    name: str, url: str, fields: Sequence[Mapping[str, object]], block: str
) -> Payload:
    """Return the payload of a page about one thing; ``block`` only where it can't be found."""
    return _payload(name, url, list(fields), block)


def _payload(name: str, url: str, fields: list[Any], blocks: str) -> Payload:
    start: Payload = {"name": name, "request": {"url": url}}
    return (
        start | ({"commonParent": blocks} if blocks else {}) | {"fields": fields, "format": "json"}
    )


def _field_of(column: FieldColumn) -> Payload:
    entry: Payload = {"name": column.name, "selector": column.selector}
    if column.type != TEXT:
        entry["type"] = column.type
    if column.attrs != DEFAULT_ATTRS[column.type]:
        entry["attrs"] = list(column.attrs)
    if TEXTS.intersection(column.attrs):
        # White space inside a link's target is left alone: the filters of a field go over both.
        plain = "href" in column.attrs or "innerText" in column.attrs
        entry["filters"] = [{"name": "trim" if plain else "collapse"}]
    return entry


def plan_of(payload: Mapping[str, Any]) -> Plan:
    """Return the plan of a payload that this room has made; others go through ``schemas``."""
    paginator = payload.get("paginator", {})
    collection = Collection(
        index=0,
        name=payload["name"],
        request=Request(url=payload["request"]["url"]),
        fields=tuple(map(_planned, payload["fields"])),
        common_parent=payload.get("commonParent"),
        paginator=Paginator(
            selector=paginator.get("nextPageSelector", ""), page_num=paginator.get("pageNum", 1)
        ),
    )
    return Plan(name=collection.name, format=payload["format"], collections=(collection,))


def _planned(entry: Mapping[str, Any]) -> Field:
    kind = entry.get("type", TEXT)
    return Field(
        name=entry["name"],
        selector=entry["selector"],
        kind=kind,
        attrs=tuple(entry.get("attrs", DEFAULT_ATTRS[kind])),
        filters=tuple(Filter(name=one["name"]) for one in entry.get("filters", ())),
    )
