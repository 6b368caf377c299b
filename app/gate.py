"""Before and after every call: key, rate, account and scope; headers and the access log."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from flask import Flask, Response, g, request

from app import limits
from app.auth import given_key, require
from app.body import most_body
from app.operation import Operation
from app.ports import ports, ports_of
from workers import accounts
from workers.crashpoint import crashpoint
from workers.errors import BodyTooLarge, NotFound
from workers.ids import ID_PATTERN
from workers.log import get_logger, note

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", POLICY),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""What every answer carries; no view has any of them."""

QUIET = frozenset({"healthz", "readyz", "metrics"})
"""Endpoints that machines ask every few seconds: not worth a line while all is well."""

DRAINED = 16 * 1024 * 1024  # bytes of a refused body that are read, so that its sender hears why
DRAIN_SECONDS = 3.0  # for which it may keep us waiting
CHUNK = 65_536  # bytes

log = get_logger()


def _read_key(operations: Mapping[str, Operation]) -> None:
    """Take the call's key, by which the limiter then counts. An unknown URL goes on to its 404."""
    g.began = time.perf_counter()
    operation = operations.get(request.endpoint or "")
    if operation is None or operation.scope is None or request.method == "OPTIONS":
        return
    if operation.holds_page:  # in JSON a page may take thrice its own bytes
        longest = 3 * ports().settings.max_response_bytes
        request.max_content_length = longest + (request.max_content_length or 0)
    if (request.content_length or 0) > most_body(request):
        raise BodyTooLarge
    g.api_key = given_key(request)
    g.scope = operation.scope


def _admit() -> None:
    """Let the call in for its account, or raise why not."""
    if "api_key" not in g:
        return
    account = accounts.authenticate(ports().database, g.api_key)
    g.account_id, g.scopes = account.account_id, account.scopes
    require(g.scope, account.scopes)
    if not all(ID_PATTERN.fullmatch(value) for value in (request.view_args or {}).values()):
        raise NotFound


def _drain() -> None:
    """Read what was sent and not looked at, up to a bound.

    With more than its 64 KiB unread gunicorn cuts the connection that it has just called alive: the
    sender, still sending, may never see our answer, and its next call on that connection fails.
    """
    environ = request.environ
    if environ.get("CONTENT_LENGTH", "0") == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
        return
    body, line = environ.get("wsgi.input"), environ.get("gunicorn.socket")
    if body is None or line is None or (request.content_length or 0) > DRAINED:
        return
    left, end_by, patience = DRAINED, time.monotonic() + DRAIN_SECONDS, line.gettimeout()
    with suppress(Exception):  # a body that is broken, or never comes, is not heard out
        line.settimeout(DRAIN_SECONDS)
        while left > 0 and time.monotonic() < end_by and (part := body.read(CHUNK)):
            left -= len(part)
    line.settimeout(patience)


def _finish(response: Response) -> Response:
    """Add the headers that every answer carries, and write the access log.

    The path alone is logged: a query may hold the API key.
    """
    _drain()
    response.headers.extend(HEADERS)
    if request.path.startswith("/v1"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.endpoint not in QUIET or response.status_code >= 400:  # noqa: PLR2004 - the first error status
        # The path of a call that was let in is ids and words of ours: no secret can be in it.
        tell = note if "account_id" in g and response.status_code < 400 else log.info  # noqa: PLR2004
        began = g.get("began", time.perf_counter())
        tell(
            "call",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
            account=g.get("account_id"),
        )
    crashpoint("answer.before")
    return response


def install(app: Flask, operations: Mapping[str, Operation]) -> None:
    """Put the gate before every view of ``app``: key, then rate, then account."""
    app.before_request(partial(_read_key, operations))
    limits.install(app, ports_of(app).settings)
    app.before_request(_admit)
    app.after_request(_finish)
