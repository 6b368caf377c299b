"""A preview: a page of the top collection, a few of its details, what a run would make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from schemas.analysis import PagePreview
from schemas.plan import Plan
from schemas.warnings import PayloadWarning
from workers.analyses import told
from workers.analyses.base import AnalysisCase, Beside, Look, PageTold, SeenPage
from workers.analyses.estimate import Estimate
from workers.analyses.places import pointers
from workers.analyses.seen import LookedPage, first_links, see, seen_of
from workers.analyses.warned import next_warnings, warnings_of
from workers.extraction.budget import Budget
from workers.extraction.compile import compiled
from workers.extraction.page import PageContent
from workers.extraction.report import merged
from workers.extraction.reported import report_tree
from workers.extraction.xml_tree import tree_of


def wishes_of(plan: Plan) -> PagePreview:
    """Return what the call asked for."""
    if not isinstance(plan.analysis, PagePreview):
        raise TypeError("this plan previews nothing")
    return plan.analysis


class Preview:
    """The run's own reading of a page, with a report, and warnings where something is odd."""

    def look(self, page: SeenPage, plan: Plan, budget: Budget) -> Look:
        """Read the page, and ask it for cures where a selector failed."""
        ready = compiled(plan)[page.collection]
        tree = tree_of(page.source, budget, pierce=ready.pierce)
        content = report_tree(tree, ready)
        seen = see(tree, ready, content, plan.collections[page.collection])
        if page.collection == 0 and not page.first:  # what the page gives without a browser
            return Look(content=PageContent(), found=seen.as_json())
        return Look(
            content=self.goes_on(content, page, plan),
            found=seen.as_json(),
            beside=tuple(_without_browser(page, plan)),
        )

    def goes_on(self, content: PageContent, page: SeenPage, plan: Plan) -> PageContent:
        """Follow as many links to details as the call allows, and no next page."""
        return first_links(content, wishes_of(plan).details if page.first else 0)

    def answer(self, case: AnalysisCase) -> dict[str, Any]:
        """Return the whole document."""
        return _PreviewDocument(case).document()


def _without_browser(page: SeenPage, plan: Plan) -> Iterator[Beside]:
    """Yield the page without a browser, where that might give the same for less."""
    request, paginator = plan.collections[0].request, plan.collections[0].paginator
    asks = page.fetcher == request.fetcher == "chrome"
    simple = not (
        request.actions or request.form_data or request.pierce or paginator.kind != "next"
    )
    if page.first and asks and simple and request.method == "GET":
        yield Beside(url=request.url, fetcher="base")


class _PreviewDocument:
    """One document in the making."""

    def __init__(self, case: AnalysisCase) -> None:
        self._case, self._plan = case, case.plan
        self._wishes = wishes_of(case.plan)
        self._pointers = pointers(case.plan, self._wishes.pointer)
        self._start = told.start_of(case.pages)
        self._plain = told.without_browser(case.pages)
        self._pages: dict[int, list[PageTold]] = {}
        for page in case.pages:
            if page.found is not None and page is not self._plain:
                self._pages.setdefault(page.collection, []).append(page)
        self._seen: dict[int, list[LookedPage]] = {
            index: [seen_of(page.found) for page in pages if page.found is not None]
            for index, pages in self._pages.items()
        }
        self._estimate = Estimate(
            case.plan,
            self._seen,
            {index: pages[0].fetcher for index, pages in self._pages.items() if _is_paid(pages[0])},
            case.rates,
        )

    def document(self) -> dict[str, Any]:
        shown = list(islice(self._case.records, self._wishes.records))
        answered = self._start is not None and self._start.verdict in {"ok", "empty"}
        warnings = self._warnings()
        return {
            "page": told.page(self._start, self._seen.get(0, ())),
            "collections": [self._collection(index) for index in sorted(self._seen)],
            "records": [orjson.loads(record) for record in shown],
            "recordCount": self._count(len(shown)),
            "checks": told.checks(self._case, self._start),
            "estimate": self._estimate.answer() if answered else None,
            "warnings": [one.as_json() for one in dict.fromkeys(warnings)],
        }

    def _count(self, shown: int) -> int:
        if self._plan.collections[0].path:
            return shown + sum(1 for _ in self._case.records)
        return self._start.records if self._start else 0

    def _collection(self, index: int) -> dict[str, Any]:
        return told.collection(
            self._plan.collections[index], self._pointers[index], self._seen[index]
        )

    def _warnings(self) -> Iterator[PayloadWarning]:
        yield from told.page_warnings(self._case, self._start, self._plain, self._pointers)
        for index in sorted(self._seen):
            yield from self._odd(index, self._seen[index])
        if self._estimate.truncated:
            most = self._case.rates.max_pages
            detail = (
                f"A run would likely ask for more than {most} pages, and MAX_PAGES allows no more."
            )
            yield PayloadWarning(
                "truncated", self._pointers[0], detail, "Take fewer pages at once."
            )

    def _odd(self, index: int, seen: Sequence[LookedPage]) -> Iterator[PayloadWarning]:
        collection, pointer = self._plan.collections[index], self._pointers[index]
        report, cures = merged(one.report for one in seen), _cures(seen)
        yield from warnings_of(collection, report, cures, pointer)
        yield from told.details_warnings(collection, seen, cures, pointer)
        if index == 0:  # a details page may well be the last of its chain
            yield from next_warnings(collection.paginator, report, cures, pointer)
            yield from told.next_host(seen[0], pointer)


def _cures(seen: Sequence[LookedPage]) -> Mapping[str, str]:
    return {place: text for one in reversed(seen) for place, text in one.hints.items()}


def _is_paid(page: PageTold) -> bool:
    return page.fetcher in {"base", "chrome"}
