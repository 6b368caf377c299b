"""The worker of gunicorn: what it refuses by itself is told as a problem document.

A request has to arrive in time, so that a few slow senders can't hold every thread.
"""

from __future__ import annotations

import errno
import json
import math
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from gunicorn import util
from gunicorn.http import errors as refusals
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.problems import CODE_OF, document
from workers.errors import RequestTooSlow
from workers.log import get_logger

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

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

SEND_SECONDS = 30.0  # that a piece of an answer may take; one who reads no more holds a thread

log = get_logger()


class Line(socket.socket):
    """A client's connection; ``arrive_by`` is when what it sends has to be here."""

    arrive_by = math.inf  # seconds of the monotonic clock

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive as any socket does; ``RequestTooSlow`` once the time is up.

        With flags the application only looks whether the caller is still there.
        """
        if flags or self.arrive_by == math.inf:
            return super().recv(size, flags)
        left = self.arrive_by - time.monotonic()
        if left <= 0:
            raise RequestTooSlow
        try:
            with self._within(left):
                return super().recv(size, flags)
        except TimeoutError as error:
            if time.monotonic() >= self.arrive_by:
                raise RequestTooSlow from error
            raise

    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        """Send as any socket does; a client that does not read in time counts as gone."""
        try:
            with self._within(SEND_SECONDS):
                super().sendall(data, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "The client does not read.") from error

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Let the block wait no longer than that for the client, nor than it would anyway."""
        patience = self.gettimeout()
        self.settimeout(seconds if patience is None else min(patience, seconds))
        try:
            yield
        finally:
            self.settimeout(patience)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads that answer calls."""

    arrival = 30.0  # seconds that a request may take to arrive whole; see deploy/gunicorn.py

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's own marks
        """Serve one request of a connection."""
        if not isinstance(conn.sock, Line):
            conn.sock = Line(fileno=conn.sock.detach())
        conn.sock.arrive_by = time.monotonic() + self.arrival
        try:
            return super().handle(conn)
        finally:
            conn.sock.arrive_by = math.inf

    def handle_error(
        self, _req: object, client: socket.socket, _addr: object, exc: Exception
    ) -> None:
        """Answer what never became a call of the application."""
        status, detail = _told(exc)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("serving_failed", error=type(exc).__name__, exc_info=exc)
        else:
            log.warning("request_refused", status=status, error=type(exc).__name__)
        try:
            util.write_nonblock(client, _answer(status, detail))
        except OSError as error:
            log.debug("refusal_not_heard", error=type(error).__name__)


def _told(error: Exception) -> tuple[int, str]:
    for kind, status, detail in _STATUS:
        if isinstance(error, kind):
            return status, detail
    return 500, "Something went wrong on our side; it has been logged."


def _answer(status: int, detail: str) -> bytes:
    body = json.dumps(document(status, CODE_OF.get(status, "invalid"), detail)).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
