"""Bounds what one call may wait for Postgres and Redis in all, so that it is answered in time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workers.db import within

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALLOWANCE = 3.5  # seconds: every call is answered within five, and its own work takes some of them


class Allowance:
    """WSGI middleware; what is streamed after the call's return has no such bound."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve one call."""
        with within(ALLOWANCE):
            return self._inner(environ, start)
