"""A page that answered, read: for its records as in any run, or looked at by an analysis."""

from __future__ import annotations

import time
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import orjson

from schemas import registry
from schemas.plan import Plan
from schemas.slice import ClaimedPage, NewPage, Outcome, PageLook
from workers import plugins
from workers.analyses.base import MOST_BESIDE, AnalysisKind, Beside, Look, SeenPage
from workers.crawl.context import SliceContext
from workers.crawl.links import admitted
from workers.extraction.cage import caged
from workers.extraction.page import PageContent
from workers.extraction.source import Source, Visit, encode
from workers.extraction.urls import KEY_BYTES, host_of
from workers.fetchers.base import Response


def read_page(
    page: ClaimedPage, response: Response, source: Source, context: SliceContext
) -> tuple[PageContent, bytes | None]:
    """Return what the page holds, and of some pages the report of how that came about."""
    source = _visited(page, response, source, context)
    texts = response.snapshots
    shots = [replace(source, utf8=encode(text), is_marked=True) for text in texts] or [source]
    return context.reports.read(shots, context.plan.collections[page.collection], context.plan)


def _visited(
    page: ClaimedPage, response: Response, source: Source, context: SliceContext
) -> Source:
    """Return ``source`` with how the crawl came by it, where the plan asks for that."""
    if page.collection not in context.visited:
        return source
    visit = Visit(
        url=page.first_url,
        start=plugins.start_url(context.plan),
        number=page.page_number,
        status=response.status,
        fetched_at=time.time(),
    )
    return replace(source, visit=visit)


def look_at(page: ClaimedPage, response: Response, source: Source, context: SliceContext) -> Look:
    """Return what the plan's analysis makes of the page, in a child that can be ended."""
    plan, seconds = context.plan, context.options.extract_seconds
    analysis = _analysis(plan)
    seen = SeenPage(
        source=_visited(page, response, source, context),
        collection=page.collection,
        fetcher=context.options.queue if plan.source == "web" else plan.source,
        first=page.collection == 0 and page.page_number == 1,
        size=len(response.body),
        seconds=seconds,
    )
    look = caged(lambda budget: analysis.look(seen, plan, budget), seconds)
    if response.snapshots and seen.first:
        content, _ = read_page(page, response, source, context)
        look = replace(look, content=analysis.goes_on(content, seen, plan))
    return look


def _analysis(plan: Plan) -> AnalysisKind:
    if plan.analysis is None:
        raise ValueError("this plan looks at nothing")
    made: Any = plugins.plugin(registry.ANALYSES, plan.analysis.kind)()
    return made  # type: ignore[no-any-return] # the family's contract


def alone(content: PageContent, plan: Plan) -> PageContent:
    """Return ``content`` without its next page, where a page is only looked at."""
    return content if plan.analysis is None else replace(content, next_urls=())


def with_look(outcome: Outcome, look: Look, page: ClaimedPage, context: SliceContext) -> Outcome:
    """Return ``outcome`` with what was found, and the pages that the look asks for beside it."""
    if outcome.step != "done":
        return outcome
    beside = look.beside[:MOST_BESIDE] if page.page_number == 1 else ()
    more = [_new(one, number, page, context) for number, one in enumerate(beside, 2)]
    return replace(
        outcome,
        # A second look at a page keeps no record: whether it had any is in what was found.
        verdict=outcome.verdict if page.page_number == 1 else "ok",
        document=PageLook(body=orjson.dumps(look.found)),
        details=(*outcome.details, *more),
    )


def _new(beside: Beside, number: int, page: ClaimedPage, context: SliceContext) -> NewPage:
    """Return the page as a further one of its collection, so that no look at it is the first."""
    name = f"{beside.fetcher} {number} {beside.url}".encode("utf-8", "replace")
    return NewPage(
        collection=page.collection,
        position=(*page.position[:-1], number),
        key=blake2b(name, digest_size=KEY_BYTES).hexdigest(),
        url=beside.url,
        host=host_of(beside.url),
        queue=beside.fetcher,
        admitted=admitted(beside.url, context, page.collection),
        page_number=number,
    )
