"""Connections, transactions, and psycopg2's errors translated: nothing above sees psycopg2."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
import psycopg2.extras

from workers.db.patience import patient
from workers.db.queries import queries
from workers.errors import DatabaseUnavailable

CONNECT_TIMEOUT = 3  # seconds
STATEMENT_TIMEOUT = 30_000  # milliseconds: nothing we ask takes longer
CALL_TIMEOUT = 4_000  # milliseconds a web call may wait for the network before it answers 503

FROZEN = 1.0  # seconds without an answer after which a new connection would get none either

Row = Any
"""One row, columns as attributes."""

_UNAVAILABLE = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    psycopg2.errors.AdminShutdown,
    psycopg2.errors.CrashShutdown,
    psycopg2.errors.CannotConnectNow,
    psycopg2.errors.QueryCanceled,
)


class Transaction:
    """An open transaction: runs named queries."""

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        self._connection = connection

    def _run(self, name: str, values: dict[str, object]) -> psycopg2.extras.NamedTupleCursor:
        cursor = self._connection.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor)
        cursor.execute(queries()[name], values)
        return cursor

    def all(self, name: str, /, **values: object) -> list[Row]:
        """Return every row of query ``name``."""
        with self._run(name, values) as cursor:
            return list(cursor.fetchall())

    def one(self, name: str, /, **values: object) -> Row | None:
        """Return the first row of query ``name``, or None."""
        with self._run(name, values) as cursor:
            return cursor.fetchone()

    def the(self, name: str, /, **values: object) -> Row:
        """Return the one row that query ``name`` always has."""
        row = self.one(name, **values)
        if row is None:
            raise LookupError(f"query {name} found no row")
        return row

    def do(self, name: str, /, **values: object) -> int:
        """Run query ``name`` and return how many rows it touched."""
        with self._run(name, values) as cursor:
            return int(cursor.rowcount)

    def many(self, name: str, rows: Sequence[Sequence[object]], template: str = "") -> list[Row]:
        """Run query ``name`` once for all ``rows`` (it holds ``VALUES %s``) and return its rows."""
        if not rows:
            return []
        with self._connection.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor) as cursor:
            got = psycopg2.extras.execute_values(
                cursor, queries()[name], rows, template or None, page_size=1000, fetch=True
            )
            return list(got)


class Database:
    """A pool of connections to one database; made after a fork, never before.

    Connections are kept in a stack and used by one thread at a time; one that failed is closed.
    ``patience``: seconds after which an exchange with a frozen server fails; None: no limit.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: int = CALL_TIMEOUT,
        keep: int = 8,
        patience: float | None = None,
    ) -> None:
        self._factory = None if patience is None else patient(patience)
        self._url, self._timeout, self._keep = url, timeout, keep
        self._idle: list[psycopg2.extensions.connection] = []
        self._lock = threading.Lock()

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            self._url,
            connection_factory=self._factory,
            connect_timeout=CONNECT_TIMEOUT,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            tcp_user_timeout=self._timeout,
            options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout={self._timeout}"
            " -c timezone=UTC -c client_min_messages=warning -c jit=off",
        )

    def _take(self) -> psycopg2.extensions.connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, connection: psycopg2.extensions.connection) -> None:
        with self._lock:
            if not connection.closed and len(self._idle) < self._keep:
                self._idle.append(connection)
                return
        connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction: committed at the end of the block, rolled back by any exception.

        Raises ``DatabaseUnavailable`` for whatever means that Postgres can't serve just now. A
        connection that had gone stale while idle is replaced before the block starts.
        """
        connection = None
        try:
            connection = self._fresh()
            yield Transaction(connection)
            connection.commit()
        except _UNAVAILABLE as error:
            self._drop(connection)
            raise DatabaseUnavailable from error
        except BaseException:
            if connection is not None and not connection.closed:
                self._roll_back(connection)
            raise
        else:
            self._give_back(connection)

    def _fresh(self) -> psycopg2.extensions.connection:
        connection = self._take()
        asked = time.monotonic()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except _UNAVAILABLE:
            self.close()
            connection.close()
            if time.monotonic() - asked > FROZEN:
                raise
            connection = self._connect()
        return connection

    def _roll_back(self, connection: psycopg2.extensions.connection) -> None:
        try:
            connection.rollback()
        except psycopg2.Error:
            connection.close()
        else:
            self._give_back(connection)

    @staticmethod
    def _drop(connection: psycopg2.extensions.connection | None) -> None:
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
