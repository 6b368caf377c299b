"""A look before a run: one page, the records it gives, and what is odd about the payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g
from marshmallow import ValidationError

from app.analysing import analysed, answered, given_page, told
from app.body import read_json
from app.ports import ports
from schemas.analyses import PREVIEW_WISHES
from schemas.analysis import PagePreview
from schemas.faults import from_messages
from schemas.moments import credits_exact
from schemas.payload import is_payload
from schemas.plan import Plan
from schemas.problem import Fault, Invalid
from schemas.rows.processes import ProcessRow
from schemas.strict import NO_OBJECT
from schemas.task import TaskDraft
from workers import accounts, single, tasks
from workers.task_input import load_draft


def preview() -> Response:
    """Look at a page with a payload, a task's or the one that was sent."""
    with single.place():
        wishes, rest = _split(read_json())
        draft, pointer = _drafted(wishes, rest)
        page = given_page(wishes)
        analysis = PagePreview(
            records=wishes["records"],
            details=wishes.get("details", 1) if page is None else 0,
            pointer=pointer,
        )
        row = analysed(draft, analysis, page)
    return answered(row, _document(row, given=page is not None))


def _split(body: object) -> tuple[dict[str, Any], dict[str, object]]:
    """Part what is the call's own from the payload or envelope; all of its faults at once."""
    if not isinstance(body, dict):
        raise Invalid([Fault("", NO_OBJECT)])
    own = {name: value for name, value in body.items() if name in PREVIEW_WISHES.known}
    rest = {name: value for name, value in body.items() if name not in own}
    try:
        wishes: dict[str, Any] = PREVIEW_WISHES.load(own)
    except ValidationError as error:
        raise Invalid(from_messages(error.messages)) from error
    if "task_id" in wishes and rest:
        raise Invalid([Fault("/taskId", "Send a task's id or a payload, and not both.")])
    if "html" in wishes and wishes.get("details"):
        detail = "Details pages would have to be fetched: leave this member out, or `html`."
        raise Invalid([Fault("/details", detail)])
    return wishes, rest


def _drafted(wishes: Mapping[str, Any], rest: dict[str, object]) -> tuple[TaskDraft, str]:
    """Return what to look with, and where its payload stands in the body."""
    if "task_id" in wishes:
        task = tasks.find(ports().database, account_id=g.account_id, task_id=wishes["task_id"])
        rest = {"name": task.name, "payload": task.payload}
    body = _at(rest, wishes.get("url"))
    draft = load_draft(body, countries=ports().countries)
    pointer = "" if is_payload(body) else "/payload"
    _refuse(draft.plan, pointer, wishes)
    return draft, pointer


def _at(body: dict[str, object], url: str | None) -> dict[str, object]:
    """Return the payload or envelope with its start page at ``url``."""
    if url is None:
        return body
    payload = body.get("payload")
    if isinstance(payload, dict):
        return {**body, "payload": _at(payload, url)}
    request = body.get("request")
    if isinstance(request, dict):
        rest = {name: value for name, value in body.items() if name != "url"}
        return {**rest, "request": {**request, "url": url}}
    return {**body, "url": url}


def _refuse(plan: Plan, pointer: str, wishes: Mapping[str, Any]) -> None:
    """Raise ``Invalid`` for what holds no records that could be shown."""
    if plan.capture is not None:
        detail = "A page as a document has no records to preview: use the call that makes it."
        raise Invalid([Fault(f"{pointer}/capture", detail)])
    if plan.serp is not None and "html" in wishes:
        detail = "A search engine's page is asked for by its query: leave the page out."
        raise Invalid([Fault("/html", detail)])


def _document(row: ProcessRow, *, given: bool) -> dict[str, Any]:
    """Return the document with what only the account knows; raises for a page that failed."""
    document = told(row, given=given)
    estimate = document["estimate"]
    if estimate is not None:
        held = accounts.credits(ports().database, g.account_id)
        left = credits_exact(held.balance - held.reserved)
        enough = held.unlimited or left >= estimate["credits"]["likely"]
        document["estimate"] = estimate | {"balance": left, "enough": enough}
    return document
