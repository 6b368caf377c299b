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
        index, seconds = collection.index, self._seconds
        contents = [timed_extract(shot, collection, plan, seconds=seconds) for shot in shots[:-1]]
        if index not in self._read:
            self._read.add(index)
            contents.append(self._reported(shots[-1], collection, plan))
        else:
            contents.append(timed_extract(shots[-1], collection, plan, seconds=seconds))
            if self._empty[index] < EMPTY_PAGES and not contents[-1].records:
                self._empty[index] += 1
                contents[-1] = self._reported(shots[-1], collection, plan)
        last = contents[-1]
        report = _kept(last.report) if isinstance(last, ReportedContent) else None
        return merge(contents), report

    def _reported(self, shot: Source, collection: Collection, plan: Plan) -> PageContent:
        """Return what is shown, with a report where there is time for one."""
        with suppress(ExtractError):
            return timed_extract(shot, collection, plan, seconds=self._seconds, read=report_tree)
        return timed_extract(shot, collection, plan, seconds=self._seconds)


def _kept(report: PageReport) -> bytes | None:
    """Return the report as it is stored."""
    sent = orjson.dumps(report)
    return sent if len(sent) <= LARGEST else None
