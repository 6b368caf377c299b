"""Calls that run once and answer with the result."""

from __future__ import annotations

from flask import Response, g

from app.body import read_json
from app.ports import ports
from schemas import registry
from schemas.problem import Fault, Invalid
from schemas.task import TaskDraft
from workers import single
from workers.db import Row
from workers.drafts import load_draft
from workers.errors import NotAvailable
from workers.plugins import plugin
from workers.storage.names import content_disposition


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


def _run(draft: TaskDraft, *, as_link: bool) -> Response:
    database, seconds = ports().database, ports().settings.single_timeout
    with single.place():
        g.process_id = single.start(database, account_id=g.account_id, draft=draft).id
        row = single.wait(
            database, account_id=g.account_id, process_id=g.process_id, seconds=seconds
        )
    response = _link(row) if as_link else _file(row)
    response.headers["Process-Id"] = row.id
    return response


def absent() -> Response:
    """Say that this call is not there yet."""
    raise NotAvailable("This single call is not available yet; /v1/extract is.")


def _split(body: object) -> tuple[object, bool]:
    """Take ``output`` out of the body: the rest is the payload, or a task with one."""
    if not isinstance(body, dict) or "output" not in body:
        return body, False
    output = body["output"]
    if output not in {"file", "data"} if isinstance(output, str) else True:
        raise Invalid([Fault("/output", "must be `file` (a link) or `data` (the file itself)")])
    return {key: value for key, value in body.items() if key != "output"}, output == "file"


def _link(row: Row) -> Response:
    link = ports().storage.link(row.results_key, row.results_name, ports().settings.link_ttl)
    return Response(link, content_type="text/plain; charset=utf-8")


def _file(row: Row) -> Response:
    kind = plugin(registry.OUTPUTS, row.results_name.rpartition(".")[2])
    headers = {"Content-Disposition": content_disposition(row.results_name)}
    if row.results_size is not None:
        headers["Content-Length"] = str(row.results_size)
    chunks = single.read(ports().storage, row.results_key)
    return Response(chunks, content_type=kind.content_type, headers=headers)
