"""Calls that look at a page: a process of an unlisted task, whose document is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from flask import Response, jsonify

from app import once
from app.ports import ports
from schemas.analyses import wrapped
from schemas.analysis import Analysis
from schemas.moments import credits_exact
from schemas.plan import PageSource
from schemas.problem import Fault, Invalid
from schemas.rows.processes import ProcessRow
from schemas.task import TaskDraft
from workers import single
from workers.errors import NotHtml, ProcessFailed

TOLD: Final = frozenset({"ok", "empty", "robots", "blocked"})
"""Verdicts of the page with which the document answers; with any other the call has failed."""


def given_page(wishes: Mapping[str, Any]) -> bytes | None:
    """Return the page that was sent, in UTF-8; None where it is to be fetched."""
    if "html" not in wishes:
        return None
    page, most = str(wishes["html"]).encode(), ports().settings.max_response_bytes
    if len(page) > most:
        detail = f"The page is longer than MAX_RESPONSE_BYTES allows: {most:,} bytes."
        raise Invalid([Fault("/html", detail)])
    return page


def analysed(draft: TaskDraft, analysis: Analysis, page: bytes | None) -> ProcessRow:
    """Run the process that looks at the draft's start page, and wait for its end."""
    source: PageSource = "web" if page is None else "given"
    stored = TaskDraft(
        name=draft.name or draft.plan.name,
        description="",
        webhook="",
        payload=wrapped(draft.payload, analysis, source),
        plan=draft.plan,
    )
    return once.ended(stored, page)


def told(row: ProcessRow, *, given: bool) -> dict[str, Any]:
    """Return the document of what was looked at.

    Raises for a page that failed: ``Invalid`` where the caller sent it, else ``ProcessFailed``.
    """
    file = single.document(row)
    found: dict[str, Any] = orjson.loads(b"".join(single.read(ports().storage, file.key)))
    verdict = found.get("page", found)["verdict"]
    if verdict in TOLD or found.get("reason") == NotHtml.code:
        return found
    if given:
        detail = f"This page can't be looked at ({verdict}): send a smaller or simpler one."
        raise Invalid([Fault("/html", detail)])
    raise ProcessFailed(f"{verdict}: {row.error_message or 'the page could not be read'}")


def answered(row: ProcessRow, document: Mapping[str, Any]) -> Response:
    """Return the document as the call's answer, with its cost."""
    return once.named(jsonify({**document, "cost": credits_exact(row.cost)}))
