"""Candidates as the API answers with them."""

from __future__ import annotations

from typing import Any, Final

import orjson

from schemas.analysis import PageSuggestion
from schemas.plan import Plan
from schemas.warnings import PayloadWarning
from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.naming import title_of
from workers.extraction.suggest.next_page import NextLink
from workers.extraction.suggest.suggest import Candidate, Suggestions

_SAMPLES: Final = 3
_LONGEST: Final = 200  # characters of a sample
_HASHED: Final = "[class*="


def candidate_json(candidate: Candidate, found: Suggestions) -> dict[str, Any]:
    """Return one candidate; ``found`` holds the page's next link."""
    title = title_of(candidate.columns)
    details = candidate.details
    return {
        "kind": candidate.kind,
        "confidence": candidate.confidence,
        "score": round(candidate.score, 3),
        "blocks": candidate.blocks,
        "coverage": round(candidate.coverage, 3),
        "payload": candidate.payload,
        "fields": [_field(column, is_title=column is title) for column in candidate.columns],
        "next": next_json(found.next) if candidate.kind == "list" else None,
        "details": {"field": details.field, "sample": list(details.sample)} if details else None,
        "recordCount": candidate.proof.count,
        "records": list(candidate.proof.records),
        "warnings": [one.as_json() for one in _warnings(candidate)],
    }


def _field(column: FieldColumn, *, is_title: bool) -> dict[str, Any]:
    values = [value for value in column.values if value] or column.links
    return {
        "name": column.name,
        "kind": "title" if is_title else column.kind,
        "filled": column.place.holders,
        "distinct": len(set(values)),
        "sample": [value[:_LONGEST] for value in values[:_SAMPLES]],
    }


def next_json(link: NextLink | None) -> dict[str, str] | None:
    """Return the link to the next page."""
    if link is None:
        return None
    confidence = "high" if link.is_sure else "medium"
    return {"confidence": confidence, "url": link.url, "text": link.text}


def with_request(told: dict[str, Any], wishes: PageSuggestion, plan: Plan) -> dict[str, Any]:
    """Return a candidate whose payload says how the page was asked for, and the wanted format."""
    request = orjson.loads(wishes.request)
    payload = {**told["payload"], "format": plan.format}
    payload["request"] = {"url": plan.collections[0].request.url, **request}
    return {**told, "payload": payload}


def _warnings(candidate: Candidate) -> list[PayloadWarning]:
    """Return what of the selectors will not last."""
    found = []
    selectors = [("/commonParent", str(candidate.payload.get("commonParent", "")))]
    selectors += [
        (f"/fields/{number}/selector", column.selector)
        for number, column in enumerate(candidate.columns)
    ]
    for pointer, selector in selectors:
        if _HASHED in selector:
            detail = "Its end is made up by a program: the part of it that stays is named."
            found.append(PayloadWarning("hashed_class", pointer, detail))
    return found
