"""What is odd about a collection's pages, judged from the report of their reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.plan import Collection, Field, Paginator
from schemas.warnings import PayloadWarning
from workers.extraction.report import FieldReport, KeyReport, PageReport
from workers.extraction.structured.queries import is_query

FEW = 0.5  # of the blocks: a field in fewer is told of
LABEL = 3  # blocks with one and the same value, from which on it looks like a label
SLOW = 0.25  # seconds of CPU time that a selector may take on a page: others take a thousandth
NO_PARENT = "Name the element that holds one record, or leave `commonParent` out: it is found."
OTHER_MARKUP = "Take selectors from this page's own markup: these are for another, it seems."

_MADE_UP = re.compile(
    r"\.(?:(?:css|sc|jss|jsx|emotion|svelte|makeStyles)-[A-Za-z0-9]{4,}"
    r"|[\w-]*__[A-Za-z0-9-]*(?:[a-z][A-Z0-9]|[A-Z0-9][a-z])[A-Za-z0-9_-]*\b(?<=\w{5})"
    r"|_?[A-Za-z]+\d+[A-Za-z]+\d[A-Za-z0-9]*)(?![\w-])"
)
"""Classes as build tools make them: ``css-1a2b3c``, ``Card_title__3kX9Z``, ``x1n2onr6``."""


def warnings_of(
    collection: Collection, report: PageReport, hints: Mapping[str, str], pointer: str
) -> Iterator[PayloadWarning]:
    """Yield what is odd about ``collection``, which stands at ``pointer``.

    ``report`` is of all its pages together; ``hints`` are cures by place below the collection.
    """
    yield from _blocks(collection, report, hints, pointer)
    for number, (field, seen) in enumerate(zip(collection.fields, report.fields, strict=True)):
        case = _JudgedField(
            field=field,
            seen=seen,
            report=report,
            place=f"/fields/{number}",
            pointer=pointer,
            hints=hints,
        )
        yield from _field(case)
    yield from hashed_classes(collection, pointer)


def _blocks(
    collection: Collection, report: PageReport, hints: Mapping[str, str], pointer: str
) -> Iterator[PayloadWarning]:
    said = report.blocks_by == "commonParent"
    place = f"{pointer}/commonParent" if said else pointer
    if report.blocks == 0:
        why = (
            f"`{collection.common_parent}` matches nothing" if said else "no field matches anything"
        )
        hint = hints.get("/commonParent", "") or (NO_PARENT if said else OTHER_MARKUP)
        yield PayloadWarning("no_blocks", place, f"There is no block: {why}.", hint)
    elif report.blocks == report.pages and _holds_many(report):
        detail = "There is one block, and most fields match several times in it."
        hint = "Say with `commonParent` which element holds one record."
        yield PayloadWarning("one_block", place, detail, hint)
    if report.blocks > 1 and report.records < report.blocks * FEW:
        dropped = report.blocks - report.records
        detail = f"{dropped} of {report.blocks} blocks hold no value, and give no record."
        hint = "A narrower block leaves them out."
        yield PayloadWarning("many_records_dropped", place, detail, hint)


def _holds_many(report: PageReport) -> bool:
    """Whether most fields that match at all match several times in the one block."""
    there = [field for field in report.fields if field.in_blocks]
    many = [field for field in there if field.in_blocks > report.blocks]
    return len(many) > len(there) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _JudgedField:
    """One field, what was seen of it, and where it stands: at ``place``, in the payload too."""

    field: Field
    seen: FieldReport
    report: PageReport
    place: str
    pointer: str
    hints: Mapping[str, str]

    def warning(
        self, code: str, detail: str, hint: str = "", at: str = "selector"
    ) -> PayloadWarning:
        """Return a warning; a cure that the page itself gave goes before a general one."""
        near = self.hints.get(f"{self.place}/{at}", "")
        return PayloadWarning(code, f"{self.pointer}{self.place}/{at}", detail, near or hint)


def _field(case: _JudgedField) -> Iterator[PayloadWarning]:
    seen, report, selector = case.seen, case.report, f"`{case.field.selector}`"
    if seen.matches == 0:
        yield case.warning("field_empty", f"{selector} matches nothing on {_pages(report)}.")
    elif report.blocks == 0:
        return
    elif seen.in_blocks == 0:
        detail = f"{selector} matches {seen.matches}, but none lies in a block."
        yield case.warning("outside_blocks", detail)
    else:
        having = report.blocks - seen.blocks_without
        if having < report.blocks * FEW:
            detail = f"{having} of {report.blocks} blocks hold {selector}."
            yield case.warning("field_in_few_blocks", detail)
        yield from _values(case, having)
        if seen.seconds / report.pages > SLOW:
            detail = f"{selector} took {seen.seconds / report.pages:.1f} s of CPU time on a page."
            hint = "Name a class or an id near the element, and fewer steps."
            yield case.warning("slow_selector", detail, hint)


def _pages(report: PageReport) -> str:
    return "the page" if report.pages == 1 else f"{report.pages} pages"


def _values(case: _JudgedField, having: int) -> Iterator[PayloadWarning]:
    seen, report = case.seen, case.report
    for key in seen.keys:
        attr = key.key.removeprefix(f"{case.field.name}_")
        emptied = _emptied(case, key)
        yield from emptied
        if key.filled == 0 and not emptied:
            detail = f"`{key.key}` is empty: of {seen.in_blocks} matches none has `{attr}`."
            yield case.warning("field_empty", detail, at="attrs")
        elif key.filled >= LABEL and key.distinct == 1 and not is_query(case.field.selector):
            detail = f"`{key.key}` is the same in all {key.filled} blocks that have it."
            hint = "Is it a label? Take the element beside it, or the attr that differs."
            yield case.warning("same_values", detail, hint)
    several = max(key.several for key in seen.keys) if seen.keys else 0
    if several > having / 2 and report.blocks > report.pages:
        detail = f"{several} of {having} blocks hold several matches of `{case.field.selector}`."
        hint = "Name the one that is meant, or join them with the filter `concatenate`."
        yield case.warning("several_values", detail, hint)


def _emptied(case: _JudgedField, key: KeyReport) -> list[PayloadWarning]:
    """Return the first filter that leaves nothing of most values, if any does."""
    for number, step in enumerate(key.filters):
        if step.emptied > step.came / 2:
            what = f"{step.emptied} of {step.came} values of `{key.key}`"
            hint = "Look at the values without it: leave the filter out, or mend its `param`."
            detail = f"The filter `{step.name}` leaves nothing of {what}."
            return [case.warning("filter_empties", detail, hint, at=f"filters/{number}")]
    return []


def next_warnings(
    paginator: Paginator, report: PageReport, hints: Mapping[str, str], pointer: str
) -> Iterator[PayloadWarning]:
    """Yield what is odd about the way to the next page, but for where it leads to."""
    if paginator.kind != "next" or not paginator.selector:
        return
    place = f"{pointer}/paginator/nextPageSelector"
    hint = hints.get("/paginator/nextPageSelector", "")
    if report.next_candidates == 0 and report.loops:
        detail = f"`{paginator.selector}` leads to the page itself."
        yield PayloadWarning("next_loops", place, detail, hint)
    elif report.next_candidates == 0:
        matches = f"matches {report.next_matches}, none of which is a link to a page"
        detail = f"`{paginator.selector}` {matches if report.next_matches else 'matches nothing'}."
        yield PayloadWarning("no_next", place, detail, hint)
    elif paginator.page_num == 1:
        detail = "There is a next page, and `pageNum` is 1: a run takes this page alone."
        hint = "Say with `pageNum` how many pages to take in all."
        yield PayloadWarning("page_num_1", f"{pointer}/paginator/pageNum", detail, hint)


def hashed_classes(collection: Collection, pointer: str) -> Iterator[PayloadWarning]:
    """Yield the selectors that name a class which the site's next build will call otherwise."""
    named = [(f"{pointer}/commonParent", collection.common_parent or "")]
    named += [
        (f"{pointer}/fields/{n}/selector", f.selector) for n, f in enumerate(collection.fields)
    ]
    if collection.paginator.kind == "next":
        named.append((f"{pointer}/paginator/nextPageSelector", collection.paginator.selector))
    for place, selector in named:
        found = _MADE_UP.search(selector)
        if found:
            detail = f"`{found.group()}` looks made up by a program: it will change."
            hint = 'Take a name that people gave, such as [itemprop="price"] or a data attribute.'
            yield PayloadWarning("hashed_class", place, detail, hint)
