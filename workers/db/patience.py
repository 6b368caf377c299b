"""Connections that give up on a server which keeps the line open and says nothing.

TCP sees no fault in a Postgres that was frozen: its kernel acknowledges everything, and libpq waits
for ever. psycopg2 waits through a callback of the whole process instead, once there is one; a
connection made here brings the seconds it is ready to wait, any other waits as long as it takes.
"""

from __future__ import annotations

import select
import time

import psycopg2
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    POLL_WRITE,
    connection,
    set_wait_callback,
)

_EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}


class Patient(connection):
    """A connection whose every exchange ends within ``patience`` seconds, or fails."""

    patience: float


def patient(seconds: float) -> type[Patient]:
    """Return the kind of connection that waits ``seconds``, while it is made as well."""
    set_wait_callback(_wait)
    return type("Patient", (Patient,), {"patience": seconds})


def _wait(line: connection) -> None:
    """Wait until the exchange on ``line`` is over; ``OperationalError`` when it takes too long."""
    patience = getattr(line, "patience", None)
    deadline = None if patience is None else time.monotonic() + patience
    while (state := line.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(line.fileno(), _EVENTS[state])
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poll.poll(left):
            raise psycopg2.OperationalError("Postgres keeps the line open and says nothing")
