"""Previews without a network: pages by hand, looked at and answered as in a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from schemas.analyses import load_stored, wrapped
from schemas.analysis import PagePreview
from schemas.plan import Plan
from workers.analyses.base import AnalysisCase, Look, PageTold, Rates, SeenPage
from workers.analyses.preview import Preview
from workers.extraction.cage import caged
from workers.extraction.source import Source, encode

URL = "https://mill.test/list/1"
RATES = Rates(prices={"base": 50, "chrome": 100}, max_pages=1000, respect_robots=True)


def payload(**members: Any) -> dict[str, Any]:
    """Return a payload whose start page is at ``URL``."""
    return {"name": "mills", "request": {"url": URL}, "format": "json", **members}


def plan_of(sent: Mapping[str, Any], **wishes: Any) -> Plan:
    """Return the plan of a preview."""
    return load_stored(wrapped(sent, PagePreview(**wishes), "web"))


def look(plan: Plan, html: str, url: str = URL, **members: Any) -> Look:
    """Look at a page as a slice does."""
    seen = SeenPage(
        source=Source(utf8=encode(html), url=url),
        **{"collection": 0, "fetcher": "base", "first": True, "size": 1, "seconds": 5.0, **members},
    )
    return caged(lambda budget: Preview().look(seen, plan, budget), 20)


def told(position: tuple[int, ...], seen: Look | None, url: str = URL, **members: Any) -> PageTold:
    """Return what became of a page."""
    usual: dict[str, Any] = {
        "collection": 0, "fetcher": "base", "status": 200, "verdict": "ok", "size": 1,
        "milliseconds": 1, "error": "", "records": len(seen.content.records) if seen else 0,
        "found": orjson.loads(orjson.dumps(seen.found)) if seen else None,
    }  # fmt: skip
    return PageTold(url=url, position=position, **{**usual, **members})


def answer(plan: Plan, *pages: PageTold, records: list[bytes] | None = None) -> dict[str, Any]:
    """Return the document."""
    case = AnalysisCase(plan=plan, pages=pages, rates=RATES, records=iter(records or []))
    return Preview().answer(case)


def previewed(html: str, details: str = "", **members: Any) -> dict[str, Any]:
    """Return the document of one page, whose first details link leads to the page ``details``."""
    plan = plan_of(payload(**members))
    seen = look(plan, html)
    pages = [told((1,), seen)]
    for link in seen.content.links if details else ():
        page = look(plan, details, link.url, collection=link.collection, first=False)
        place = (1, link.record, link.field, link.match, 1)
        pages.append(told(place, page, link.url, collection=link.collection))
    return answer(plan, *pages, records=[orjson.dumps(one) for one in seen.content.records])


def codes(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the warnings: code and place."""
    return {one["code"]: one["pointer"] for one in document["warnings"]}
