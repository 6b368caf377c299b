"""The filter ``date`` before a page: what reads dates is loaded by programs that need it alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from schemas.plan import DateOptions
from workers.extraction.budget import Budget
from workers.extraction.tree import Tree

Read = Callable[[list[str], Budget], list[str]]


class DateStep:
    """A step that reads dates; ``on`` a page, relative ones count from when that was fetched."""

    def __init__(self, options: DateOptions) -> None:
        self._options = options

    def load(self) -> None:
        """Load what reads dates, with its languages, so that processes forked later have it."""
        from workers.extraction.dates import load  # noqa: PLC0415

        load(self._options)

    def on(self, tree: Tree) -> Read:
        """Return the step for one page."""
        moment = tree.visit.fetched_at if tree.visit is not None else None
        return self._reader(moment, tree.language)

    def __call__(self, texts: list[str], budget: Budget) -> list[str]:
        """Read dates of no page: relative ones count from now."""
        return self._reader(None, "")(texts, budget)

    def _reader(self, moment: float | None, language: str) -> Read:
        from workers.extraction.dates import DateReader  # noqa: PLC0415

        now = datetime.now(UTC) if moment is None else datetime.fromtimestamp(moment, UTC)
        return DateReader(self._options, now, language).read_all
