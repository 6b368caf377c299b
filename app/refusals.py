"""What the server refuses before the application is asked, told as a problem document."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from gunicorn.http import errors as refusals

from app.problems import CODE_OF, document
from workers.errors import RequestTooSlow

_STATUS: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (RequestTooSlow, 408, RequestTooSlow().message),
    (refusals.LimitRequestLine, 414, "The URL is too long: send what it holds as the body."),
    (refusals.LimitRequestHeaders, 431, "The header fields are too many or too long: send fewer."),
    (refusals.ExpectationFailed, 417, "The only Expect that is met is 100-continue."),
    (refusals.UnsupportedTransferCoding, 400, "The only Transfer-Encoding is chunked."),
    (refusals.InvalidRequestLine, 400, "The request line is no HTTP: percent-encode the URL."),
    (refusals.InvalidRequestMethod, 400, "The method is none: write it in capital letters."),
    (refusals.InvalidHTTPVersion, 400, "HTTP/1.1 and HTTP/1.0 are spoken here."),
    (refusals.ParseException, 400, "The request's header is broken: see RFC 9112."),
)
"""What gunicorn raises before the application is asked, the special ones first."""


def told(error: Exception) -> tuple[int, str]:
    """Return the status for ``error``, and what to tell the caller."""
    for kind, status, detail in _STATUS:
        if isinstance(error, kind):
            return status, detail
    return 500, "Something went wrong on our side; it has been logged."


def answer(status: int, detail: str) -> bytes:
    """Return the whole answer, after which the connection is closed."""
    body = json.dumps(document(status, CODE_OF.get(status, "invalid"), detail)).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
