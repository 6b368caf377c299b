"""Every error as a problem document (RFC 9457); the one table from an error's code to status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from schemas.answers import AnswerSchema, Integer, Items, ShownText
from schemas.problem import Fault, Invalid
from schemas.strict import Nested
from workers.errors import GristmillError, PartUnavailable
from workers.log import get_logger

STATUS: Final = {
    "invalid": 400,
    "unauthorized": 401,
    "out_of_credits": 402,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "body_too_large": 413,
    "unsupported_media": 415,
    "request_too_slow": 408,
    "url_too_long": 414,
    "rate_limited": 429,
    "header_too_large": 431,
    "internal": 500,
    "not_available": 501,
    "process_failed": 502,
    "unavailable": 503,
    "database_unavailable": 503,
    "broker_unavailable": 503,
    "storage_unavailable": 503,
    "browser_unavailable": 503,
    "single_timeout": 504,
}
"""Error code → HTTP status; a code that is not here is a fault of ours (500)."""

CODE_OF = {
    400: "invalid",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_too_slow",
    413: "body_too_large",
    414: "url_too_long",
    415: "unsupported_media",
    429: "rate_limited",
    431: "header_too_large",
    500: "internal",
}
"""What Flask, Werkzeug and the server raise by status, under the codes of our own errors."""

_DETAIL_OF = {
    404: "There is nothing at this URL; /docs lists what there is.",
    405: "This URL does not answer that method; the Allow header names those that it does.",
    429: "Too many calls with this key; Retry-After says when to try again.",
    500: "Something went wrong on our side; it has been logged.",
}

RETRY_AFTER = 5  # seconds: about as long as a restart of a part takes

log = get_logger()


class FaultSchema(AnswerSchema):
    """One thing that is wrong, and its cure."""

    pointer = ShownText(metadata={"description": "Where: a JSON pointer (RFC 6901)."})
    detail = ShownText()


class ProblemSchema(AnswerSchema):
    """What went wrong (RFC 9457)."""

    type = ShownText()
    title = ShownText()
    status = Integer()
    detail = ShownText()
    code = ShownText(metadata={"description": "Never changes its meaning; `/docs` lists them."})
    errors = Items(Nested(FaultSchema), metadata={"description": "Every fault at once."})


PROBLEM: Final = ProblemSchema()


def document(
    status: int, code: str, detail: str, faults: Iterable[Fault] = (), *, root: str = ""
) -> dict[str, object]:
    """Return the problem document; ``type`` leads to the place in the docs that explains it.

    ``root`` is the path that a proxy has put before ours.
    """
    members = {
        "type": f"{root}/docs#problem-{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": faults,
    }
    return dict(PROBLEM.dump(members))


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    faults: Iterable[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response that carries the problem document."""
    return Response(
        current_app.json.dumps(document(status, code, detail, faults, root=request.script_root)),
        status=status,
        headers=dict(headers or {}) | _process_id(),
        content_type="application/problem+json",
    )


def _process_id() -> dict[str, str]:
    """Name the process of a single call whatever became of it."""
    process_id = g.get("process_id")
    return {"Process-Id": process_id} if process_id else {}


def on_invalid(error: Invalid) -> Response:
    """Answer a request that can't be used: 400 with every fault."""
    return problem(400, "invalid", str(error), faults=error.faults)


def on_error(error: GristmillError) -> Response:
    """Answer one of our own errors by the table."""
    status = STATUS.get(error.code, 500)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_fault(error)
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="gristmill"'
    if isinstance(error, PartUnavailable):
        headers["Retry-After"] = str(RETRY_AFTER)
    return problem(status, error.code, _detail(status) or error.message, headers=headers)


def on_http(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise (unknown URL, wrong method, broken request)."""
    status = error.code or 500
    kept = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in {"content-type", "content-length"}
    }
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kept["Retry-After"] = str(g.get("retry_after", 1))
    code = CODE_OF.get(status, "internal" if status >= 500 else "invalid")  # noqa: PLR2004 - the class of server faults
    detail = (
        _detail(status) or _DETAIL_OF.get(status) or error.description or HTTPStatus(status).phrase
    )
    return problem(status, code, detail, headers=kept)


def _detail(status: int) -> str:
    """Return what only the running service knows of a fault, "" where it has nothing to add."""
    if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return ""
    most = (request.max_content_length or 1) - 1  # see ``factory.create_app``
    usual = most == current_app.config["MAX_CONTENT_LENGTH"] - 1
    whose = "MAX_BODY_BYTES allows" if usual else "this call allows"
    return f"The request body is too large: {whose} {most:,} bytes."


def on_fault(error: Exception) -> Response:
    """Answer a fault of ours: logged with all that is known, told without any of it."""
    log.error("call_failed", error=type(error).__name__, exc_info=error)
    return problem(500, "internal", _DETAIL_OF[500])


def install(app: Flask) -> None:
    """Let every error of ``app`` end as a problem document."""
    app.register_error_handler(Invalid, on_invalid)
    app.register_error_handler(GristmillError, on_error)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)
