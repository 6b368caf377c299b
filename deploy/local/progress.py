"""Progress of a process on a terminal, or as lines where there is none."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

LINE_EVERY = 2.0  # seconds between two lines where there is no terminal


def show_progress(console: Console, states: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Show the states of a process (the API's objects) as they come; return the last."""
    began = time.monotonic()
    lines = ((state, _line(state, time.monotonic() - began)) for state in states)
    return _live(console, lines) if console.is_terminal else _plain(console, lines)


def _live(console: Console, lines: Iterable[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    last: dict[str, Any] = {}
    with Live(console=console, auto_refresh=False) as live:
        for state, line in lines:
            last = state
            live.update(Text(line), refresh=True)
    return last


def _plain(console: Console, lines: Iterable[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """Print a line every few seconds, for a log has no cursor to move."""
    last, printed = dict[str, Any](), -LINE_EVERY
    for last, line in lines:
        if last["status"] != "running" or time.monotonic() - printed >= LINE_EVERY:
            printed = time.monotonic()
            console.out(line, highlight=False)
    return last


def _line(state: dict[str, Any], elapsed: float) -> str:
    pages = state["responseCount"]
    return (
        f"{state['state']:<10} {pages:>6} pages  {state['recordCount']:>7} records"
        f"  {pages / max(elapsed, 0.001):>6.1f} pages/s  {elapsed:>6.1f} s"
    )
