"""Connections that give up on a server which keeps them open and says nothing.

TCP sees no fault in a Postgres that was frozen, nor behind a proxy that lost it: something
acknowledges everything, and libpq waits for ever. psycopg2 waits through a callback of the whole
process instead, once there is one; a connection made here brings the seconds it is ready to wait,
any other waits as long as it takes.

A connection can also be lost while the server serves: what lies between forgot it, and goes on to
acknowledge. Long before the patience ends, a second connection asks the server what it does for the
first; a server that waits for us there will never answer.

A thread may have an allowance besides: what it may wait in all, over every exchange. Ten exchanges
that each take a second on a slow network would otherwise be ten seconds to whoever called.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    POLL_WRITE,
    set_wait_callback,
)
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

DOUBT = 3.0  # seconds of silence after which the server is asked about a connection
GRACE = 0.5  # seconds for an answer that was on its way while we asked
PROBE_PATIENCE = 2  # seconds for that question
STATE = """
SELECT pg_backend_pid(),
    (SELECT state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'
    FROM pg_stat_activity WHERE pid = %s)
"""

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


class ConnectionLost(psycopg2.OperationalError):
    """The server serves, and knows nothing of what we wait for on this connection."""


class PatientConnection(Connection):
    """A connection whose every exchange ends within ``patience`` seconds, or fails.

    ``url`` is where else its server can be asked about it; "" where nobody needs to know.
    """

    patience: float
    url: str


def patient(seconds: float, url: str = "") -> type[PatientConnection]:
    """Return the kind of connection that waits ``seconds``, while it is made as well."""
    set_wait_callback(_wait)
    return type("Patient", (PatientConnection,), {"patience": seconds, "url": url})


def _wait(connection: Connection) -> None:
    """Wait until the exchange is over; ``OperationalError`` when that takes too long."""
    patience, began = getattr(connection, "patience", None), time.monotonic()
    try:
        _poll(connection, None if patience is None else began + left(patience))
    finally:
        waited(time.monotonic() - began)


def _poll(connection: Connection, deadline: float | None) -> None:
    while (state := connection.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), _EVENTS[state])
        if deadline is None:
            poll.poll()
        else:
            _await(connection, poll, deadline)


def _await(connection: Connection, poll: select.poll, deadline: float) -> None:
    """Wait for the server's next word, and ask about the connection when that takes long."""
    while True:
        rest = max(0.0, deadline - time.monotonic())
        if poll.poll(min(rest, DOUBT) * 1000):
            return
        if rest <= DOUBT:
            raise psycopg2.OperationalError("Postgres keeps the connection open and says nothing")
        if _lost(connection) and not poll.poll(GRACE * 1000):
            raise ConnectionLost("Postgres waits for us on a connection that was lost")


def _lost(connection: Connection) -> bool:
    """Whether the server says that it does nothing for us; in doubt it is waited for."""
    pid = connection.info.backend_pid
    if not pid or not getattr(connection, "url", ""):
        return False
    try:
        factory = patient(PROBE_PATIENCE)  # libpq's own timeout counts for no such connection
        second = psycopg2.connect(connection.url, connection_factory=factory)  # type: ignore[attr-defined]
        with closing(second), second.cursor() as cursor:
            cursor.execute(STATE, (pid,))
            own, busy = cursor.fetchone() or (0, True)
            # Behind a pooler of connections the numbers are not the server's.
            return own == second.info.backend_pid and not busy
    except psycopg2.Error:
        return False
