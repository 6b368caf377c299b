"""Connections that give up on a server which keeps the line open and says nothing.

TCP sees no fault in a Postgres that was frozen, nor behind a proxy that lost it: something
acknowledges everything, and libpq waits for ever. psycopg2 waits through a callback of the whole
process instead, once there is one; a connection made here brings the seconds it is ready to wait,
any other waits as long as it takes.

A thread may have an allowance besides: what it may wait in all, over every exchange. Ten exchanges
that each take a second on a slow line would otherwise be ten seconds to whoever called.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    POLL_WRITE,
    connection,
    set_wait_callback,
)

_EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}


_mine = threading.local()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let this thread wait for others no longer than ``seconds`` in all, in this block."""
    before = getattr(_mine, "allowance", None)
    _mine.allowance = seconds
    try:
        yield
    finally:
        _mine.allowance = before


def left(most: float) -> float:
    """Return how long this thread may wait now: ``most``, or what its allowance still holds."""
    allowance: float | None = getattr(_mine, "allowance", None)
    return most if allowance is None else max(0.0, min(most, allowance))


def waited(seconds: float) -> None:
    """Take what was waited from this thread's allowance."""
    if getattr(_mine, "allowance", None) is not None:
        _mine.allowance -= seconds


class Patient(connection):
    """A connection whose every exchange ends within ``patience`` seconds, or fails."""

    patience: float


def patient(seconds: float) -> type[Patient]:
    """Return the kind of connection that waits ``seconds``, while it is made as well."""
    set_wait_callback(_wait)
    return type("Patient", (Patient,), {"patience": seconds})


def _wait(line: connection) -> None:
    """Wait until the exchange on ``line`` is over; ``OperationalError`` when it takes too long."""
    patience, began = getattr(line, "patience", None), time.monotonic()
    try:
        _poll(line, None if patience is None else began + left(patience))
    finally:
        waited(time.monotonic() - began)


def _poll(line: connection, deadline: float | None) -> None:
    while (state := line.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(line.fileno(), _EVENTS[state])
        rest = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poll.poll(rest):
            raise psycopg2.OperationalError("Postgres keeps the line open and says nothing")
