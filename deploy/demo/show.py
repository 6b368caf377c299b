"""What the demonstration prints at its end: the first records as a table."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

ROWS_SHOWN = 8


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
