"""The parts of a preview's document, and the warnings that are not about a selector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.plan import Collection
from schemas.warnings import PayloadWarning
from workers.analyses.base import AnalysisCase, PageTold
from workers.analyses.seen import LookedPage, seen_of
from workers.extraction.report import FieldReport, KeyReport, merged
from workers.extraction.urls import host_of


def start_of(pages: Sequence[PageTold]) -> PageTold | None:
    """Return the page that the call is about."""
    return next((page for page in pages if page.position == (1,)), None)


def without_browser(pages: Sequence[PageTold]) -> PageTold | None:
    """Return the second look at it, which asked no browser, where there was one."""
    return next((page for page in pages if len(page.position) == 1 and page.position != (1,)), None)


def page(start: PageTold | None, seen: Sequence[LookedPage]) -> dict[str, Any]:
    """Return the member ``page``."""
    if start is None:
        raise ValueError("every process has a start page")
    return {
        "url": seen[0].url if seen else start.url,
        "fetcher": start.fetcher,
        "httpStatus": start.status,
        "verdict": start.verdict,
        "bytes": start.size,
        "ms": start.milliseconds,
        "charset": seen[0].charset if seen else None,
    }


def collection(of: Collection, pointer: str, seen: Sequence[LookedPage]) -> dict[str, Any]:
    """Return one entry of ``collections``; the figures of several details pages are added up."""
    report = merged(one.report for one in seen)
    return {
        "name": of.name,
        "pointer": pointer,
        "blocks": report.blocks,
        "blocksBy": report.blocks_by,
        "fields": [
            _field(field.name, f"{pointer}/fields/{number}", told)
            for number, (field, told) in enumerate(zip(of.fields, report.fields, strict=True))
        ],
        "next": _next(of, seen),
        "details": [
            {
                "field": of.fields[one.field].name,
                "links": one.links,
                "distinct": one.distinct,
                "sample": one.sample or None,
            }
            for one in seen[0].details
        ],
    }


def _field(name: str, pointer: str, told: FieldReport) -> dict[str, Any]:
    return {
        "name": name,
        "pointer": pointer,
        "matches": told.matches,
        "inBlocks": told.in_blocks,
        "blocksWithout": told.blocks_without,
        "keys": list(map(_key, told.keys)),
    }


def _key(told: KeyReport) -> dict[str, Any]:
    steps = told.filters
    return {
        "key": told.key,
        "filled": told.filled,
        "several": told.several,
        "distinct": told.distinct,
        "samples": list(told.samples),
        "filters": [
            {"name": one.name, "in": one.came, "changed": one.changed, "emptied": one.emptied}
            for one in steps
        ],
    }


def _next(of: Collection, seen: Sequence[LookedPage]) -> dict[str, Any] | None:
    paginator, first = of.paginator, seen[0]
    if paginator.kind == "next" and not paginator.selector:
        return None
    return {
        "url": first.next_url,
        "candidates": first.report.next_candidates,
        "loops": first.report.loops and first.next_url is None,
        "paginator": paginator.kind,
    }


def checks(case: AnalysisCase, start: PageTold | None) -> dict[str, Any]:
    """Return the member ``checks``: what stood or could stand in the way of the page."""
    on_web = case.plan.source == "web"
    asked = case.plan.asks_robots(0, respect=case.rates.respect_robots)
    denied = start is not None and start.verdict == "robots"
    in_chrome = start is not None and start.fetcher == "chrome"
    return {
        "robots": ("disallowed" if denied else "allowed") if asked else "unasked",
        "egress": "allowed" if on_web else "unasked",
        "chrome": {
            "tried": in_chrome,
            "recordCount": start.records if start is not None and in_chrome else None,
        },
    }


def page_warnings(
    case: AnalysisCase, start: PageTold | None, plain: PageTold | None, pointers: Mapping[int, str]
) -> Iterator[PayloadWarning]:
    """Yield what is odd about how pages answered."""
    top = pointers[0]
    for one in case.pages:
        yield from _refused(one, f"{pointers[one.collection]}/request", is_start=one is start)
    if start is None or start.found is None:
        return
    asked = case.plan.collections[0].request.fetcher
    if start.fetcher == "chrome" and asked == "base" and start.records:
        detail = "Without a browser the page holds no record; Chrome found some."
        hint = 'Say `"type": "chrome"`: the first request of each run is spared.'
        yield PayloadWarning("needs_chrome", f"{top}/request/type", detail, hint)
    if start.records and _same_records(start, plain):
        detail = "Without a browser the page gives the same records, at a lower price."
        hint = 'Say `"type": "base"`.'
        yield PayloadWarning("chrome_not_needed", f"{top}/request/type", detail, hint)
    if not start.records and seen_of(start.found).login:
        detail = "The page asks for a password, and holds no record."
        hint = (
            "Send the cookies of a session (`cookies`, `initialCookies`), or log in by `actions`."
        )
        yield PayloadWarning("login_form", f"{top}/request/url", detail, hint)


def _same_records(start: PageTold, plain: PageTold | None) -> bool:
    if plain is None or plain.found is None or start.found is None:
        return False
    return seen_of(plain.found).digest == seen_of(start.found).digest


def _refused(one: PageTold, place: str, *, is_start: bool) -> Iterator[PayloadWarning]:
    what = "The page" if is_start else f"{one.url}:"
    if one.verdict == "robots":
        detail = f"{what} may not be asked for: the site's robots.txt forbids it."
        hint = "With the site's leave a payload may say `ignoreRobots`."
        yield PayloadWarning("robots_disallows", f"{place}/ignoreRobots", detail, hint)
    elif one.verdict == "blocked":
        hint = "Try a proxy, a longer `delay`, or Chrome."
        detail = f"{what} answered with a block notice. {one.error}".strip()
        yield PayloadWarning("blocked", f"{place}/url", detail, hint)
    elif one.verdict == "truncated":
        yield PayloadWarning(
            "truncated", f"{place}/url", f"{what} was cut off. {one.error}".strip()
        )
    elif not is_start and one.verdict == "failed":
        detail = f"{one.url} could not be read: {one.error or one.status}."
        yield PayloadWarning("no_blocks", place.removesuffix("/request"), detail)


def details_warnings(
    of: Collection, seen: Sequence[LookedPage], cures: Mapping[str, str], pointer: str
) -> Iterator[PayloadWarning]:
    """Yield the fields whose details no match links to."""
    report = merged(one.report for one in seen)
    for number, field in enumerate(of.fields):
        links = sum(one.links for page in seen for one in page.details if one.field == number)
        if field.details is not None and not links and report.fields[number].in_blocks:
            detail = f"`{field.selector}` has details, but no match of it links to a page."
            hint = cures.get(f"/fields/{number}/selector", "")
            place = f"{pointer}/fields/{number}/selector"
            yield PayloadWarning("no_details_links", place, detail, hint)


def next_host(seen: LookedPage, pointer: str) -> Iterator[PayloadWarning]:
    """Yield where the next page is at another host."""
    if seen.next_url is not None and host_of(seen.next_url) != host_of(seen.url):
        detail = f"The next page is at another host: {seen.next_url}"
        place = f"{pointer}/paginator/nextPageSelector"
        yield PayloadWarning("next_other_host", place, detail, "Is it the pager's own link?")
