"""Suggestions: a page in, the payloads that it may be wanted for out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from flask import Response, g
from marshmallow import ValidationError

from app.analysing import analysed, answered, given_page, told
from app.body import read_json
from app.ports import ports
from schemas.analysis import PageSuggestion
from schemas.faults import from_messages
from schemas.problem import Fault, Invalid
from schemas.requests import BESIDE
from schemas.strict import NO_OBJECT
from schemas.suggest_wishes import REQUEST_MEMBERS, SUGGEST_WISHES
from schemas.task import TaskDraft
from workers import single, tasks
from workers.task_input import load_draft

NOWHERE: Final = "https://example.com/"
"""Where a page is taken to be from that comes without its URL."""


def suggest() -> Response:
    """Look at a page for the payloads that it may be wanted for."""
    with single.place():
        body, wishes = _read()
        request = _request(body, wishes)
        analysis = PageSuggestion(
            want=tuple(wishes.get("want", ())),
            records=wishes["records"],
            details=wishes.get("details", False),
            pages=wishes["pages"],
            request=orjson.dumps({k: v for k, v in request.items() if k != "url"}).decode(),
        )
        page = given_page(wishes)
        row = analysed(_draft(wishes, request), analysis, page)
    return answered(row, told(row, given=page is not None))


def _read() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body as it was sent, and what it asks for."""
    body = read_json()
    if not isinstance(body, dict):
        raise Invalid([Fault("", NO_OBJECT)])
    try:
        wishes: dict[str, Any] = SUGGEST_WISHES.load(body)
    except ValidationError as error:
        raise Invalid(from_messages(error.messages)) from error
    return body, wishes


def _request(body: Mapping[str, Any], wishes: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the page is fetched, as a payload says it: as the call or as the task does."""
    if "task_id" in wishes:
        task = tasks.find(ports().database, account_id=g.account_id, task_id=wishes["task_id"])
        payload: Any = task.payload  # checked when it was stored
        beside: dict[str, Any] = {name: payload[name] for name in BESIDE if name in payload}
        return {**beside, **payload.get("request", {})}
    members = {name: body[name] for name in body if name in REQUEST_MEMBERS}
    return {"url": wishes.get("url", NOWHERE), **members}


def _draft(wishes: Mapping[str, Any], request: dict[str, Any]) -> TaskDraft:
    """Return the unlisted task; a payload needs a field, and this one is never read."""
    payload = {
        "name": wishes.get("name", "suggested"),
        "request": request,
        "fields": [{"name": "Page", "selector": "."}],
        "format": wishes.get("format", "json"),
    }
    try:
        return load_draft(payload, countries=ports().countries)
    except Invalid as error:
        faults = [Fault(one.pointer.removeprefix("/request"), one.detail) for one in error.faults]
        raise Invalid(faults, str(error)) from error
