"""Calls that run once and answer with the result."""

from __future__ import annotations

from typing import Final

from flask import Response
from marshmallow import ValidationError

from app import once
from app.body import read_json
from app.ports import ports
from schemas import registry
from schemas.captures import KIND_OF
from schemas.faults import from_messages
from schemas.problem import Fault, Invalid
from schemas.results_file import ResultsFile
from schemas.task import TaskDraft
from schemas.values import Word
from workers import single
from workers.storage.names import content_disposition
from workers.task_input import load_draft

OUTPUT: Final = Word(
    {"buffer": "buffer", "data": "buffer", "file": "file"},
    component="AnswerKind",
    load_default="buffer",
    metadata={
        "description": "`file`: the answer is a link; `request` may hold this member as well."
    },
)
"""How the answer is wished for."""


def extract() -> Response:
    """Run a payload and answer with its file, or with the link to it."""
    payload, as_link = _split(read_json())
    return _run(load_draft(payload, countries=ports().countries), as_link=as_link)


def serp() -> Response:
    """Ask a search engine and answer with the file, or with the link to it."""
    payload, as_link = _split(read_json())
    draft = load_draft(payload, countries=ports().countries)
    if draft.plan.serp is None:
        engines = ", ".join(f"`{name}`" for name in registry.SERP_ENGINES)
        raise Invalid([Fault("/engine", f"name the engine to ask: one of {engines}")])
    return _run(draft, as_link=as_link)


def fetch() -> Response:
    """Answer with a page's content, or with the link to it."""
    return _capture("content")


def pdf() -> Response:
    """Answer with a page as a PDF, or with the link to it."""
    return _capture("pdf")


def screenshot() -> Response:
    """Answer with an image of a page, or with the link to it."""
    return _capture("screenshot")


def _capture(kind: str) -> Response:
    body, as_link = _split(read_json())
    payload = {"capture": kind, **body} if isinstance(body, dict) else body
    draft = load_draft(payload, countries=ports().countries)
    if draft.plan.capture is None or KIND_OF[type(draft.plan.capture)] != kind:
        raise Invalid([Fault("/capture", f"this call makes `{kind}`: leave the member out")])
    return _run(draft, as_link=as_link)


def _run(draft: TaskDraft, *, as_link: bool) -> Response:
    with single.place():
        file = single.results(once.ended(draft))
    return once.named(_link(file) if as_link else _contents(file))


def _split(body: object) -> tuple[object, bool]:
    """Take ``output`` out of the body, or out of its request: the rest is the payload."""
    if not isinstance(body, dict):
        return body, False
    body, as_link = _without_output(body, "")
    request = body.get("request")
    if isinstance(request, dict) and "output" in request:
        request, as_link = _without_output(request, "/request")
        body |= {"request": request}
    return body, as_link


def _without_output(members: dict[str, object], place: str) -> tuple[dict[str, object], bool]:
    try:
        output = OUTPUT.deserialize(members.get("output", "buffer"))
    except ValidationError as error:
        raise Invalid(from_messages(error.messages, f"{place}/output")) from error
    return {key: value for key, value in members.items() if key != "output"}, output == "file"


def _link(file: ResultsFile) -> Response:
    link = ports().storage.link(file.key, file.name, ports().settings.link_ttl)
    return Response(link, content_type="text/plain; charset=utf-8")


def _contents(file: ResultsFile) -> Response:
    headers = {
        "Content-Disposition": content_disposition(file.name),
        "Content-Length": str(file.size),
    }
    chunks = single.read(ports().storage, file.key)
    return Response(chunks, content_type=file.content_type, headers=headers)
