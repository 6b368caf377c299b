"""What the demonstration prints: progress while it runs, then the first records as a table."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

ROWS_SHOWN = 8
LINE_EVERY = 1.0  # seconds between two lines where there is no terminal


def progress(console: Console, states: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Show the states of a process as they come; return the last."""
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
    """Print a line a second, for a log has no cursor to move."""
    last, line, said = dict[str, Any](), "", 0.0
    for last, line in lines:
        if last["status"] != "running" or time.monotonic() >= said + LINE_EVERY:
            said = time.monotonic()
            console.out(line, highlight=False)
    return last


def _line(state: dict[str, Any], elapsed: float) -> str:
    pages = state["responseCount"]
    return (
        f"{state['state']:<11} {pages:>5} pages  {state['recordCount']:>5} records  "
        f"{pages / max(elapsed, 0.001):>6.1f} pages/s  {elapsed:>5.1f} s"
    )


def table(console: Console, records: list[dict[str, Any]]) -> None:
    """Show the first records, the particulars of each beside it."""
    rows = [_flat(record) for record in records[:ROWS_SHOWN]]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    shown = Table(title=f"The first {len(rows)} of {len(records)} records")
    for name in columns:
        shown.add_column(name.removesuffix("_text"), overflow="fold")
    for row in rows:
        shown.add_row(*(str(row.get(name, "")) for name in columns))
    console.print(shown)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    flat = {key: value for key, value in record.items() if not key.endswith(("_details", "_href"))}
    for key, value in record.items():
        if key.endswith("_details") and value:
            flat |= value[0]
    return flat
