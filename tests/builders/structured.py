"""Pages read by fields with selectors that have prefixes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from schemas.payload import load_plan
from workers.extraction.cage import timed_extract
from workers.extraction.check import check
from workers.extraction.page import Record
from workers.extraction.source import Source, Visit

PAGE_URL = "http://shop.test/list/"


def payload_of(
    *selectors: str | Mapping[str, object], parent: str | None = None
) -> dict[str, object]:
    """Return a payload of fields ``F0``, ``F1`` …, each a selector or more of a field."""
    fields = [
        {"name": f"F{number}"} | ({"selector": one} if isinstance(one, str) else dict(one))
        for number, one in enumerate(selectors)
    ]
    payload = {"name": "x", "request": {"url": PAGE_URL}, "fields": fields, "format": "json"}
    return payload if parent is None else payload | {"commonParent": parent}


def refusals(*selectors: str | Mapping[str, object], parent: str | None = None) -> dict[str, str]:
    """Return what is wrong with such a payload, by place."""
    payload = payload_of(*selectors, parent=parent)
    return {fault.pointer: fault.detail for fault in check(load_plan(payload), payload)}


def records_of(
    html: str,
    *selectors: str | Mapping[str, object],
    parent: str | None = None,
    visit: Visit | None = None,
) -> list[Record]:
    """Return the records of a page; the payload is one that ``create`` accepts."""
    plan = load_plan(payload_of(*selectors, parent=parent))
    assert check(plan) == []
    source = Source(utf8=html.encode(), url=PAGE_URL, visit=visit)
    return list(timed_extract(source, plan.collections[0], plan, seconds=5).records)


def values_of(html: str, selector: str, parent: str | None = None) -> list[object]:
    """Return what one such selector gives, record by record."""
    return [record["F0_text"] for record in records_of(html, selector, parent=parent)]


def script(content: object) -> str:
    """Return a script of JSON-LD that says ``content``, or holds it where that is a text."""
    body = content if isinstance(content, str) else json.dumps(content)
    return f'<script type="application/ld+json">{body}</script>'
