"""The pages of a run as its log lists them, counted by collection, with what was reported."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from schemas.rows.pages import LogPageRow
from workers.extraction.report import PageReport, merged, restored

ANSWERED = frozenset({"ok", "empty"})


@dataclass(slots=True)
class PageCounts:
    """The pages of one collection. ``led_on``: one was reached from the page before it.

    ``report`` adds up the reports of the few pages that have one.
    """

    pages: int = 0
    answered: int = 0
    empty: int = 0
    led_on: bool = False
    report: PageReport | None = None

    def add(self, page: LogPageRow) -> None:
        """Count a page that is over."""
        self.pages += 1
        self.answered += page.verdict in ANSWERED
        self.empty += page.verdict == "empty"
        self.led_on = self.led_on or page.page_number > 1
        if page.report is not None:
            # One that another release wrote in another form is no loss.
            with suppress(KeyError, TypeError, ValueError):
                found = restored(cast("Mapping[str, Any]", page.report))
                self.report = merged([found] if self.report is None else [self.report, found])
