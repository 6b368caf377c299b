"""Progress of a run on a terminal, or as lines where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from clients.python.gristmill_client import Run
from schemas.codes import STATUS_OF

LINE_EVERY = 2.0  # seconds between two lines where there is no terminal


@contextmanager
def progress(console: Console, *, pages: int | None) -> Iterator[Callable[[Run], None]]:
    """Yield what shows a run each time that it is looked at.

    ``pages``: how many there are at most, which makes the bar a real one; None: nobody knows.
    """
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, auto_refresh=False) as bar:
        yield _Bar(bar, pages)


class _Bar:
    """A bar that fills up, or goes to and fro where the end is not known."""

    def __init__(self, bar: Progress, pages: int | None) -> None:
        self._bar, self._pages = bar, pages
        self._task = bar.add_task("queued", total=pages, counts="")
        self._began = time.monotonic()

    def __call__(self, run: Run) -> None:
        """Show the run as it was last seen; at its end the bar is as long as what was done."""
        done = pages_done(run.data)
        of = "" if self._pages is None or run.status != "running" else f" of at most {self._pages}"
        counts = _counts(run.data, time.monotonic() - self._began, of)
        total = done if run.status == "finished" else self._pages
        self._bar.update(
            self._task, description=_state(run), completed=done, total=total, counts=counts
        )
        self._bar.refresh()


class _Lines:
    """A line every few seconds, for a log has no cursor to move."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._printed = -LINE_EVERY

    def __call__(self, run: Run) -> None:
        """Print the run as it was last seen, if it is time to or its end."""
        now = time.monotonic()
        if run.status == "running" and now - self._printed < LINE_EVERY:
            return
        self._printed, seconds = now, now - self._began
        line = f"{_state(run):<10} {_counts(run.data, seconds)}  {seconds:>6.1f} s"
        self._console.out(line, highlight=False)


def _state(run: Run) -> str:
    """Return the run's phase; of a word that is none of ours, nothing reaches the terminal."""
    state = str(run.data["state"])
    return state if state in STATUS_OF else "?"


def pages_done(process: dict[str, Any]) -> int:
    """Return how many pages of a process object have ended, well or not."""
    return int(process["responseCount"] + process["failedCount"] + process["blockedCount"])


def _counts(process: dict[str, Any], seconds: float, of: str = "") -> str:
    pages = process["responseCount"]
    rate = pages / max(seconds, 0.001)
    return f"{pages:>6}{of} pages  {process['recordCount']:>7} records  {rate:>6.1f} pages/s"
