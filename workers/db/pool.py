"""Connections, transactions, and psycopg2's errors translated: nothing above sees psycopg2."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import psycopg2
import psycopg2.extensions

from workers.crashpoint import around
from workers.db.faults import why
from workers.db.patience import left, patient
from workers.db.room import UNUSED, let_in
from workers.db.transaction import BEGIN, UNAVAILABLE, Transaction
from workers.errors import DatabaseUnavailable
from workers.log import get_logger

CONNECT_TIMEOUT = 3  # seconds
CONNECT_PATIENCE = 5.0  # seconds for those with more of it, whom libpq's own timeout does not bind
STATEMENT_TIMEOUT = 30_000  # milliseconds: nothing we ask takes longer
PAUSE_TIMEOUT = 8_000  # milliseconds between two exchanges of a transaction, which holds locks
WORK_PATIENCE = 35.0  # seconds: Postgres itself ends a statement before
CALL_TIMEOUT = 4_000  # milliseconds a web call may wait for the network before it answers 503
SLOW_CONNECT = 1.0  # seconds: a Postgres that is well answers sooner
AWAY = 0.5  # seconds for which nobody else tries, after one waited in vain: all would wait as long
SAID_EVERY = 10.0  # seconds between two lines of the log about a server that is away
SERVERS_KEEPALIVES = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
)
"""Lets the server notice that a client's machine is gone, and with it what that one had locked."""

log = get_logger()


class Database:
    """A pool of connections to one database; made after a fork, never before.

    Connections are kept in a stack and used by one thread at a time; one that failed is closed.
    ``patience``: seconds after which an exchange with a frozen server fails; None: no limit. What
    works on jobs has more of it than any query may take, for it can wait and must not hang. To
    connect, nobody waits that long: one that was lost before it was made stays silent for ever.

    ``most``: connections at once, 0: no limit; who finds none free waits as for an answer. One that
    nobody used for a while is given back to the server, whose plan may allow few. ``room``: seconds
    for which a server that has none left is asked again.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: int = CALL_TIMEOUT,
        keep: int = 8,
        patience: float | None = None,
        most: int = 0,
        room: float = 0.0,
    ) -> None:
        self._patience = patience
        self._factory = None if patience is None else patient(min(patience, CONNECT_PATIENCE), url)
        self._url, self._timeout, self._keep = url, timeout, keep
        self._away_until = self._silent_until = 0.0
        self._room = room
        self._idle: list[tuple[float, psycopg2.extensions.connection]] = []
        self._giving_up = False
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(most) if most else None

    def _renew(self) -> psycopg2.extensions.connection:
        """Return a new connection in place of one that went stale, as the idle ones did too."""
        self.close()
        return self._connect()

    def _connect(self) -> psycopg2.extensions.connection:
        began = time.monotonic()
        if began < self._away_until:
            raise psycopg2.OperationalError("Postgres did not answer just now.")
        try:
            make = self._new_connection
            return let_in(make, self._room) if self._room else make()
        except psycopg2.OperationalError as error:
            if time.monotonic() - began > SLOW_CONNECT:
                self._away_until = time.monotonic() + AWAY
            self._say(error)
            raise

    def _say(self, error: psycopg2.OperationalError) -> None:
        """Log why there is no connection, now and then."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + SAID_EVERY
            log.warning("database_unavailable", error=why(error))

    def _new_connection(self) -> psycopg2.extensions.connection:
        connection = psycopg2.connect(
            self._url,
            connection_factory=self._factory,
            connect_timeout=CONNECT_TIMEOUT,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            tcp_user_timeout=self._timeout,
            options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout={self._timeout}"
            f" -c idle_in_transaction_session_timeout={PAUSE_TIMEOUT} {SERVERS_KEEPALIVES}"
            " -c timezone=UTC -c client_min_messages=warning -c jit=off",
        )
        connection.autocommit = True  # a transaction begins with its first query, and says so
        self._refresh(connection)
        return connection

    def _refresh(self, connection: psycopg2.extensions.connection) -> None:
        """Give a connection that is made all the patience there is."""
        if self._patience is not None:
            connection.patience = self._patience  # type: ignore[attr-defined]

    def _take(self) -> psycopg2.extensions.connection | None:
        with self._lock:
            return self._idle.pop()[1] if self._idle else None

    def _give_back(self, connection: psycopg2.extensions.connection) -> None:
        self._refresh(connection)
        with self._lock:
            if not connection.closed and len(self._idle) < self._keep:
                self._idle.append((time.monotonic(), connection))
                begins, self._giving_up = not self._giving_up, True
                if begins:
                    threading.Thread(target=self._give_up, name="unused", daemon=True).start()
                return
        connection.close()

    def _give_up(self) -> None:
        """Close what nobody used for a while, until nothing is idle any more."""
        while self._giving_up:
            time.sleep(UNUSED / 2)
            with self._lock:
                since = time.monotonic() - UNUSED
                unused = [connection for at, connection in self._idle if at < since]
                self._idle = [one for one in self._idle if one[0] >= since]
                self._giving_up = bool(self._idle)
            for connection in unused:
                connection.close()

    def transaction(self, name: str) -> AbstractContextManager[Transaction]:
        """Open a transaction: committed at the end of the block, rolled back by any exception.

        ``name`` is that of the crash points around its commit, and of no other transaction.
        Raises ``DatabaseUnavailable`` for whatever means that Postgres can't serve just now. A
        connection that had gone stale while idle is replaced.
        """
        return self._opened(BEGIN, name)

    def reading(self) -> AbstractContextManager[Transaction]:
        """As ``transaction``, for queries that change nothing and need not agree with each other.

        Each is one exchange with Postgres, where a transaction has two and more.
        """
        return self._opened("", "")

    @contextmanager
    def _opened(self, opening: str, name: str) -> Iterator[Transaction]:
        if self._free is not None and not self._free.acquire(timeout=left(self._longest)):
            raise DatabaseUnavailable(reason="all connections of this program are in use")
        tx = None
        try:
            kept = self._take()
            tx = Transaction(kept or self._connect(), self._renew if kept else None, opening)
            yield tx
            with around(f"commit.{name}") if opening else nullcontext():
                tx.end("COMMIT")
        except UNAVAILABLE as error:
            if tx is not None:
                tx.connection.close()
            raise DatabaseUnavailable(reason=why(error)) from error
        except BaseException:
            if tx is not None:
                self._roll_back(tx)
            raise
        else:
            self._give_back(tx.connection)
        finally:
            if self._free is not None:
                self._free.release()

    @property
    def _longest(self) -> float:
        """How many seconds a thread waits for another to be done."""
        return self._patience or STATEMENT_TIMEOUT / 1000

    def _roll_back(self, tx: Transaction) -> None:
        try:
            tx.end("ROLLBACK")
        except psycopg2.Error:
            tx.connection.close()
        self._give_back(tx.connection)

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()
