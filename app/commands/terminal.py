"""What reaches the terminal: tables and texts, without a character that would steer it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""ECMA-48's C0 (but tab and line feed) and C1, and what turns the direction of text around."""

TOLD_ELSEWHERE = frozenset({"warnings", "logFile"})
"""Members that a table leaves out: those that people read have a place of their own."""

PIPED_WIDTH = 10_000  # columns where nobody looks: a row is a line


def clean(text: object) -> str:
    """Return text of a page or a server as it may be shown; what would steer is a ``\ufffd``."""
    return _CONTROL.sub("\ufffd", str(text))


def to_json(value: object) -> str:
    """Return one JSON document on one line, with control characters as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, nothing: str) -> None:
    """Print a table, or ``nothing`` where it has no row. Columns that end in ``#`` are numbers."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPED_WIDTH)
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        shown.add_column(
            name.rstrip("#"), justify="right" if name.endswith("#") else "left", overflow="fold"
        )
    for row in rows:
        shown.add_row(*(Text("" if cell is None else clean(cell)) for cell in row))
    with console.capture() as printed:
        console.print(shown if shown.row_count else Text(nothing))
    for line in printed.get().splitlines():
        click.echo(line.rstrip())


def moment(seconds: str | None) -> str:
    """Return one of the API's times as local time, "" for none."""
    if not seconds:
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def members(value: dict[str, Any]) -> Iterable[tuple[str, object]]:
    """Yield an object's members that hold something as rows; what is no plain value as JSON."""
    for name, member in value.items():
        if member in (None, "", [], {}) or name in TOLD_ELSEWHERE:
            continue
        if name.endswith("At"):
            yield name, moment(member)
        else:
            yield name, to_json(member) if isinstance(member, dict | list) else member


def tell_warnings(warnings: Iterable[dict[str, Any]]) -> None:
    """Tell what is odd about a payload, each with its place, its code and its cure."""
    for found in warnings:
        place = f"{found['pointer']}: " if found["pointer"] else ""
        remark(f"warning: {place}{found['detail']} ({found['code']})")
        if found.get("hint"):
            remark(f"  {found['hint']}")


def remark(text: str) -> None:
    """Tell the person in front something beside the answer."""
    click.echo(clean(text), err=True)
