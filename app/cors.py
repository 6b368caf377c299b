"""Calls of pages of other origins (Fetch standard): those that the operator names, no others."""

from __future__ import annotations

import re
from typing import Final

from flask import Flask, Response, request

ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
"""An origin as browsers send it (RFC 6454 section 6.2): no path, no blank, lower case."""

ALLOWED_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, X-Api-Key"
EXPOSED_HEADERS: Final = "Link, Next-Cursor, Poll-After, Process-Id, Record-Count, Retry-After"
PREFLIGHT_AGE: Final = "600"  # seconds for which a browser need not ask again


def install(app: Flask, origins: frozenset[str]) -> None:
    """Let pages of ``origins`` call what is below ``/v1`` and read the answers.

    Without credentials: a key goes in a header, never in a cookie, so that no page can call with
    the rights of whoever looks at it.
    """
    if not origins:
        return

    def add(response: Response) -> Response:
        if not request.path.startswith("/v1/"):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
            if request.method == "OPTIONS":
                _answer_preflight(response)
        return response

    app.after_request(add)


def _answer_preflight(response: Response) -> None:
    allowed = response.headers.get("Allow", "")
    response.headers["Access-Control-Allow-Methods"] = allowed
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_AGE
