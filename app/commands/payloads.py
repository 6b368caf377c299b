"""Payloads in files: read for a call, and what can be told of them beforehand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.commands.ids import is_beginning, task_id
from app.commands.service import Service
from clients.python.gristmill_client import Client

ID_MEMBER = "taskId"  # where a stored task is meant
STDIN = "-"  # as a file name: standard input


def read_input(service: Service, what: str) -> tuple[dict[str, Any], Client]:
    """Return what is in a file, or ``{"taskId"}`` of a stored task, and a client for it.

    A file is read before the service is looked for: what is wrong with it is told at once.
    """
    if what == STDIN or Path(what).exists() or not is_beginning(what):
        return read_file(what), service.client()
    client = service.client()
    return {ID_MEMBER: task_id(client, what)}, client


def read_file(file: str) -> dict[str, Any]:
    """Return the payload or the task in a file as it stands; raises ``ClickException``."""
    try:
        text = sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8")
        task = json.loads(text)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise click.ClickException(f"{file} is no JSON: {error}") from error
    if not isinstance(task, dict):
        raise click.ClickException(f"{file} holds no JSON object")
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
