"""Suggestions: the payloads that a page may be wanted for, with what they give on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import thread_time
from typing import Any, Final

import orjson

from schemas.analysis import PageSuggestion
from schemas.plan import FetcherName, Plan
from schemas.suggestions import SUGGEST_VERSION
from workers.analyses.base import AnalysisCase, Beside, Look, PageTold, SeenPage
from workers.analyses.told import start_of
from workers.errors import NotHtml
from workers.extraction.budget import Budget
from workers.extraction.page import PageContent
from workers.extraction.suggest.answers import candidate_json, next_json, with_request
from workers.extraction.suggest.suggest import Suggestions, suggest
from workers.extraction.xml_tree import tree_of

_WEAKER: Final = {"high": "medium", "medium": "low", "low": "low"}
_REASONS: Final = {"blocked": "blocked", "robots": "robots"}
"""Verdict → why there is no candidate."""


def suggestion_of(plan: Plan) -> PageSuggestion:
    """Return what the call asked for."""
    if not isinstance(plan.analysis, PageSuggestion):
        raise TypeError("this plan suggests nothing")
    return plan.analysis


class Suggestion:
    """Looks at a page for lists, at the page of a record for what it holds.

    The candidates are kept as the page's records are, for they may be long. A page that scripts
    make gives none, so that a browser has a look at it, as at any empty start page.
    """

    def look(self, page: SeenPage, plan: Plan, budget: Budget) -> Look:
        """Suggest payloads; of other pages than the first what compares with them."""
        began, wishes = thread_time(), suggestion_of(plan)
        tree = tree_of(page.source, budget, pierce=plan.collections[0].request.pierce)
        if not page.first:
            found = suggest(tree, name=plan.name, records=0, describe=wishes.details)
            return Look(content=PageContent(), found=_compared(found))
        found = suggest(tree, name=plan.name, want=wishes.want, records=wishes.records)
        head = _head(found, page, round((thread_time() - began) * 1000))
        kept = [with_request(candidate_json(one, found), wishes, plan) for one in found.candidates]
        waits = found.reason == "needs_chrome" and not kept and page.fetcher == "base"
        records = () if waits else ({"head": True}, *kept)
        return Look(
            content=PageContent(records=tuple(records)),
            found=head,
            beside=tuple(_others(found, wishes, page)),
        )

    def goes_on(self, content: PageContent, page: SeenPage, plan: Plan) -> PageContent:  # noqa: ARG002 - the family's contract
        """Follow nothing."""
        return PageContent(records=content.records)

    def answer(self, case: AnalysisCase) -> dict[str, Any]:
        """Return the whole document."""
        start = start_of(case.pages)
        if start is None:
            raise ValueError("every process has a start page")
        head = start.found or {}
        candidates = [one for one in map(orjson.loads, case.records) if "payload" in one]
        others = {page.url: page.found for page in case.pages if page is not start and page.found}
        _compare(candidates, head, others)
        kind = candidates[0]["kind"] if candidates else "nothing"
        lists = any(one["kind"] == "list" for one in candidates)
        reason = None if lists else head.get("reason") or _reason(start)
        return {
            "url": head.get("url", start.url),
            "fetcher": start.fetcher,
            "verdict": start.verdict,
            "kind": kind,
            "reason": reason,
            "candidates": candidates,
            "next": head.get("next"),
            "structured": head.get("structured", {"types": [], "records": 0}),
            "suggestVersion": SUGGEST_VERSION,
            "ms": {"fetch": start.milliseconds, "suggest": head.get("ms", 0)},
        }


def _reason(start: PageTold) -> str:
    """Return why there is no candidate where nothing was looked at."""
    if start.error.startswith(NotHtml.code):
        return NotHtml.code
    return _REASONS.get(start.verdict, "no_list")


def _head(found: Suggestions, page: SeenPage, milliseconds: int) -> dict[str, Any]:
    return {
        "url": page.source.url,
        "reason": found.reason,
        "next": next_json(found.next),
        "structured": {"types": list(found.declared.types), "records": found.declared.items},
        "ms": milliseconds,
    }


def _others(found: Suggestions, wishes: PageSuggestion, page: SeenPage) -> Sequence[Beside]:
    """Return the pages that the call wants to be looked at, too."""
    best = found.candidates[0] if found.candidates else None
    fetcher: FetcherName = "chrome" if page.fetcher == "chrome" else "base"
    others = []
    if wishes.details and best is not None and best.details is not None:
        others.append(Beside(url=best.details.sample[0], fetcher=fetcher))
    if wishes.pages > 1 and best is not None and found.next is not None:
        others.append(Beside(url=found.next.url, fetcher=fetcher))
    return others


def _compared(found: Suggestions) -> dict[str, Any]:
    """Return what is kept of another page: its lists' selectors, the fields of its one record."""
    return {
        "blocks": [one.payload["commonParent"] for one in found.candidates if one.kind == "list"],
        "fields": found.record_fields,
    }


def _compare(
    candidates: Sequence[dict[str, Any]], head: Mapping[str, Any], others: Mapping[str, Any]
) -> None:
    """Put what other pages gave into the candidates."""
    following = others.get((head.get("next") or {}).get("url", ""))
    for candidate in candidates:
        details = candidate["details"]
        page = others.get(details["sample"][0]) if details else None
        if page and page["fields"]:
            _nest(candidate["payload"], details["field"], page["fields"])
        blocks = candidate["payload"].get("commonParent")
        if following is not None and blocks not in following["blocks"]:
            candidate["confidence"] = _WEAKER[candidate["confidence"]]


def _nest(payload: dict[str, Any], name: str, fields: Sequence[object]) -> None:
    for entry in payload["fields"]:
        if entry["name"] == name:
            entry["details"] = {"fields": list(fields)}
