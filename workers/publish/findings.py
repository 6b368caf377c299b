"""What a run came to, noted while its files are made: the figures of its records, and warnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from schemas.codes import LIMIT_ERRORS
from schemas.plan import Plan
from schemas.rows.pages import LogPageRow
from schemas.rows.processes import ProcessRow
from schemas.stats import COLUMN_STATS
from schemas.warnings import PayloadWarning
from workers.db import Transaction
from workers.stats.page_counts import PageCounts
from workers.stats.places import pointers_of
from workers.stats.run_warnings import RunFindings, warnings_of
from workers.stats.tally import FileStats, Tally


class Findings:
    """Counts what goes into the files of a process that has records.

    First the records, then the pages, as the results file and the log are made; then there are
    warnings, and all of it can be kept.
    """

    def __init__(self, plan: Plan, process: ProcessRow) -> None:
        self._plan, self._process = plan, process
        self._tally = Tally(plan)
        self._pages: defaultdict[int, PageCounts] = defaultdict(PageCounts)
        self._stats: FileStats | None = None
        self._warnings: list[PayloadWarning] = []

    def through(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the records of the results file, counting them."""
        return self._tally.through(records)

    def pages_through(self, pages: Iterable[LogPageRow]) -> Iterator[LogPageRow]:
        """Yield the pages of the log, counting them."""
        for page in pages:
            self._pages[page.collection].add(page)
            yield page

    def warnings(self) -> list[PayloadWarning]:
        """Return what is odd, after all records and pages went through."""
        if self._stats is None:
            self._stats = self._tally.stats()
            whole = self._process.error_code not in LIMIT_ERRORS
            found = RunFindings(
                plan=self._plan,
                columns=self._stats.columns,
                pages=dict(self._pages),
                over=whole and self._process.open_pages <= 0,
            )
            self._warnings = warnings_of(found)
        return self._warnings

    def keep(self, tx: Transaction) -> str:
        """Keep the figures beside the process; returns the warnings as its row takes them."""
        warnings = self.warnings()
        if self._stats is not None:
            tx.later(
                "keep_stats",
                process_id=self._process.id,
                records=self._stats.records,
                left_out=self._stats.left_out,
                columns=orjson.dumps(_columns(self._plan, self._stats)).decode(),
            )
        return orjson.dumps([one.as_json() for one in warnings]).decode()


def _columns(plan: Plan, stats: FileStats) -> list[dict[str, Any]]:
    pointers = pointers_of(plan)
    return [
        COLUMN_STATS.answer(figures, column=".".join(path), pointer=pointers.get(path, ""))
        for path, figures in stats.columns.items()
    ]
