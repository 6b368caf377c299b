"""Calls that look at a page: a process of an unlisted task, whose document is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from app import caller
from app.ports import ports
from schemas.analyses import wrapped
from schemas.plan import Analysis, PageSource
from schemas.problem import Fault, Invalid
from schemas.rows.processes import ProcessRow
from schemas.task import TaskDraft
from workers import single


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
    database = ports().database
    started = single.start(database, account_id=g.account_id, draft=stored, page=page)
    g.process_id = started.id
    return single.wait(
        database,
        account_id=g.account_id,
        process_id=started.id,
        seconds=ports().settings.single_timeout,
        gone=caller.gone,
    )
