"""Payloads in files: read for a call, and what can be told of them beforehand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

STDIN = "-"  # as a file name: standard input


def read_task(file: str, file_format: str | None = None) -> dict[str, Any]:
    """Return the task in a file, a bare payload in an envelope; raises ``ClickException``."""
    try:
        text = sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8")
        task = json.loads(text)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise click.ClickException(f"{file} is no JSON: {error}") from error
    if not isinstance(task, dict):
        raise click.ClickException(f"{file} holds no JSON object")
    if "payload" not in task:
        task = {"payload": task}
    if file_format and isinstance(task["payload"], dict):
        task["payload"]["format"] = file_format
    return task


def wants_records(payload: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a payload is for records; a page that is wanted as a document has none."""
    return not (isinstance(payload, dict) and payload.get("capture"))


def known_pages(payload: Any) -> int | None:  # noqa: ANN401 - JSON
    """Return how many pages a payload leads to at most; None where only the run will tell.

    That is so where details follow, or a paginator that stays on its page or follows every link.
    """
    if not isinstance(payload, dict) or _has_details(payload.get("fields")):
        return None
    pager = payload.get("paginator")
    if "engine" not in payload and pager is None:
        return 1
    if not isinstance(pager, dict | None) or (pager or {}).get("type", "next") != "next":
        return None
    pages = (payload if pager is None else pager).get("pageNum", 1)
    return pages if isinstance(pages, int) and pages > 0 else None


def _has_details(fields: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(fields, list) and any(
        isinstance(field, dict) and field.get("details") for field in fields
    )
