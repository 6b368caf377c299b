"""Of which pages a slice keeps a report: the first of each collection, and a few empty ones.

A report says why there is nothing where something was looked for, which records can't. It costs a
third of a page's reading more, so that it is taken of a handful of pages, whatever a slice reads.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Final

import orjson

from schemas.plan import Collection, Plan
from workers.crawl.snapshots import merge
from workers.errors import ExtractError
from workers.extraction.cage import timed_extract
from workers.extraction.page import PageContent
from workers.extraction.report import PageReport
from workers.extraction.reported import ReportedContent, report_tree
from workers.extraction.source import Source

EMPTY_PAGES: Final = 3  # of a collection in a slice: the next ones are empty for the same reason
LARGEST: Final = 64 * 1024  # bytes of a report as JSON; a payload of a thousand fields has none


class PageReports:
    """Reads pages, and knows which of them are to be reported."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._read: set[int] = set()
        self._empty: Counter[int] = Counter()

    def read(
        self, shots: list[Source], collection: Collection, plan: Plan
    ) -> tuple[PageContent, bytes | None]:
        """Return what a page holds, shown in ``shots``, and for some the last one's report."""
        *earlier, last = shots
        content, report = self._look(last, collection, plan)
        if earlier:  # most pages were shown once, and cost no list
            before = [
                timed_extract(shot, collection, plan, seconds=self._seconds) for shot in earlier
            ]
            content = merge([*before, content])
        return content, report

    def _look(
        self, shot: Source, collection: Collection, plan: Plan
    ) -> tuple[PageContent, bytes | None]:
        index = collection.index
        if index in self._read:
            content = timed_extract(shot, collection, plan, seconds=self._seconds)
            if content.records or self._empty[index] >= EMPTY_PAGES:
                return content, None
            self._empty[index] += 1
        self._read.add(index)
        return self._reported(shot, collection, plan)

    def _reported(
        self, shot: Source, collection: Collection, plan: Plan
    ) -> tuple[PageContent, bytes | None]:
        """Return what is shown, with a report where there is time for one."""
        with suppress(ExtractError):
            content = timed_extract(shot, collection, plan, seconds=self._seconds, read=report_tree)
            report = content.report if isinstance(content, ReportedContent) else None
            return content, _kept(report) if report is not None else None
        return timed_extract(shot, collection, plan, seconds=self._seconds), None


def _kept(report: PageReport) -> bytes | None:
    """Return the report as it is stored."""
    sent = orjson.dumps(report)
    return sent if len(sent) <= LARGEST else None
