"""What is odd about a run, told from its file, its pages and what was seen on a few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from schemas.plan import Plan
from schemas.warnings import PayloadWarning
from workers.extraction.report import PageReport
from workers.stats.column import ColumnStats
from workers.stats.field_warnings import FieldFindings
from workers.stats.page_counts import PageCounts
from workers.stats.places import CollectionPlace, Path, places_of
from workers.stats.words import counted, looked_at, of_pages, quoted

MOST_WARNINGS: Final = 50  # of a run: whoever has so many reads the first ones


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFindings:
    """What a run came to: the columns of its file, and its pages by collection.

    ``over``: no page of it is left to fetch, and none was left out.
    """

    plan: Plan
    columns: Mapping[Path, ColumnStats]
    pages: Mapping[int, PageCounts]
    over: bool


def warnings_of(found: RunFindings) -> list[PayloadWarning]:
    """Return what is odd, in the payload's order, and ``MOST_WARNINGS`` at most.

    Nothing is said of search results, whose selectors are ours, of a document, which has none, nor
    of a collection none of whose pages answered: why is in the list of pages.
    """
    if found.plan.serp is not None or found.plan.capture is not None:
        return []
    return list(islice(_all(found), MOST_WARNINGS))


def _all(found: RunFindings) -> Iterator[PayloadWarning]:
    for place in places_of(found.plan):
        pages = found.pages.get(place.collection.index)
        if pages is None or not pages.answered:
            continue
        if place.collection.parent is not None and pages.empty == pages.answered:
            yield _all_empty(place, pages)
        lost = list(_blocks(place, pages))
        yield from lost
        if not any(one.code == "no_blocks" for one in lost):
            yield from _fields(found, place, pages)
        yield from _paginator(found, place, pages)


def _all_empty(place: CollectionPlace, pages: PageCounts) -> PayloadWarning:
    return PayloadWarning(
        "no_details",
        place.pointer,
        f"Nothing on {of_pages(pages.empty, pages.answered)} that the links lead to.",
        "Preview the payload with one details page followed: its selectors are for other markup.",
    )


def _blocks(place: CollectionPlace, pages: PageCounts) -> Iterator[PayloadWarning]:
    """Yield what is odd about the blocks of the pages that were reported."""
    report, parent = pages.report, place.collection.common_parent
    if report is None:
        return
    if parent is not None and not report.blocks and pages.empty == pages.answered:
        yield PayloadWarning(
            "no_blocks",
            f"{place.pointer}/commonParent",
            f"{quoted(parent)}: no block on {of_pages(pages.answered, pages.answered)}.",
            "Name the element that holds one record, or leave `commonParent` out: it is found.",
        )
    elif report.records * 2 < report.blocks and report.records:
        dropped = report.blocks - report.records
        yield PayloadWarning(
            "many_records_dropped",
            f"{place.pointer}/{'commonParent' if parent else 'fields'}",
            f"{dropped:,} of {counted(report.blocks, 'block')} hold no value,"
            f" {looked_at(report.pages)}.",
            "Let `commonParent` name what holds one record, and nothing else.",
        )


def _fields(
    found: RunFindings, place: CollectionPlace, pages: PageCounts
) -> Iterator[PayloadWarning]:
    reports = pages.report.fields if pages.report else ()
    for number, field in enumerate(place.collection.fields):
        columns = {attr: found.columns.get(p) for attr, p in place.columns_of(field).items()}
        findings = FieldFindings(
            field=field,
            pointer=f"{place.pointer}/fields/{number}",
            answered=pages.answered,
            columns={attr: column for attr, column in columns.items() if column is not None},
            alone=place.alone,
            report=reports[number] if number < len(reports) else None,
        )
        yield from findings.warnings()
        led_nowhere = field.details is not None and field.details not in found.pages
        if led_nowhere and found.over and not findings.gave_nothing:
            yield PayloadWarning(
                "no_details",
                f"{findings.pointer}/details",
                f"{quoted(field.selector)}: its matches link to no page.",
                "Choose the link itself (`a`): what is followed is the `href` of the match.",
            )


def _paginator(
    found: RunFindings, place: CollectionPlace, pages: PageCounts
) -> Iterator[PayloadWarning]:
    paginator, report = place.collection.paginator, pages.report
    where = f"{place.pointer}/paginator"
    if paginator.page_num == 1:
        ahead = report.next_candidates if report else 0
        if paginator.kind != "next" or ahead:
            yield PayloadWarning(
                "page_num_1",
                where,
                "`pageNum` is 1, which it is where it is left out: only the first page was taken.",
                'Say how many pages to take in all, for example `"pageNum": 10`.',
            )
    elif paginator.kind == "next" and found.over and not pages.led_on:
        yield PayloadWarning(
            "no_next",
            f"{where}/nextPageSelector",
            f"{quoted(paginator.selector)}: {_why_alone(report)},"
            f" on {of_pages(pages.answered, pages.answered)}.",
            "Choose the link that leads to the next page; its `href` is followed.",
        )


def _why_alone(report: PageReport | None) -> str:
    if report is None:
        return "it never led on"
    return "its matches link to no other page" if report.next_matches else "it matches nothing"
