"""One transaction: runs named queries, in as few exchanges with Postgres as they need."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson
import psycopg2
import psycopg2.extras
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from workers.db.patience import ConnectionLost, PatientConnection
from workers.db.queries import Query, queries

FROZEN = 1.0  # seconds without an answer after which a new connection would get none either
LONG = 600.0  # seconds
BEGIN = "BEGIN;\n"

psycopg2.extras.register_default_json(loads=orjson.loads, globally=True)  # payloads come often

R = TypeVar("R")

UNAVAILABLE = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    psycopg2.errors.AdminShutdown,
    psycopg2.errors.CrashShutdown,
    psycopg2.errors.CannotConnectNow,
    psycopg2.errors.QueryCanceled,
    psycopg2.errors.IdleInTransactionSessionTimeout,
    psycopg2.errors.ReadOnlySqlTransaction,  # in a failover, a primary that was
)
"""What means that Postgres can't serve just now."""


class Transaction:
    """An open transaction: runs named queries.

    ``opening`` goes before the first query in the same exchange: ``BEGIN``, or nothing where every
    query stands for itself. The first query is also the one that finds out that a connection went
    stale while it was kept: nothing was done yet, so that it is asked again on the one that
    ``renew`` returns (None: the connection is new).
    """

    def __init__(
        self, connection: Connection, renew: Callable[[], Connection] | None, opening: str
    ) -> None:
        self.connection = connection
        self._renew, self._opening = renew, opening
        self._asked = False
        self._later: list[bytes] = []

    def _run(self, name: str, values: dict[str, object]) -> psycopg2.extras.NamedTupleCursor:
        return self._ask(queries()[name], values)

    def _ask(
        self, query: str | bytes, values: dict[str, object] | None = None
    ) -> psycopg2.extras.NamedTupleCursor:
        if self._later:
            query, values = self._with_later(query, values), None
        if self._asked:
            return self._exchange(query, values)
        self._asked = True
        began = time.monotonic()
        try:
            return self._exchange(self._opened(query), values)
        except UNAVAILABLE as error:
            took = time.monotonic() - began
            frozen = took > FROZEN and not isinstance(error, ConnectionLost)
            if self._renew is None or frozen or not self.connection.closed:
                raise
            self.connection = self._renew()
            return self._exchange(self._opened(query), values)

    def _opened(self, query: str | bytes) -> str | bytes:
        opening = self._opening
        return opening + query if isinstance(query, str) else opening.encode() + query

    def _with_later(self, query: str | bytes, values: dict[str, object] | None) -> bytes:
        """Return what was left for later with ``query`` behind it, to be sent as one."""
        with self.connection.cursor() as cursor:
            whole = b"\n".join([*self._later, cursor.mogrify(query, values)])
        self._later.clear()
        return whole

    def _exchange(
        self, query: str | bytes, values: dict[str, object] | None
    ) -> psycopg2.extras.NamedTupleCursor:
        cursor = self.connection.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor)
        cursor.execute(query, values)
        return cursor

    def all(self, query: Query[R], /, **values: object) -> list[R]:
        """Return every row of ``query`` (one of ``workers.db.named``), columns as attributes."""
        with self._run(query, values) as cursor:
            return cursor.fetchall()  # type: ignore[return-value] # which tuples, the query says

    def one(self, query: Query[R], /, **values: object) -> R | None:
        """Return the first row of ``query``, or None."""
        with self._run(query, values) as cursor:
            return cursor.fetchone()  # type: ignore[return-value] # as above

    def the(self, query: Query[R], /, **values: object) -> R:
        """Return the one row that ``query`` always has."""
        row = self.one(query, **values)
        if row is None:
            raise LookupError(f"query {query} found no row")
        return row

    def do(self, name: str, /, **values: object) -> int:
        """Run query ``name`` and return how many rows it touched."""
        with self._run(name, values) as cursor:
            return int(cursor.rowcount)

    def later(self, name: str, /, **values: object) -> None:
        """Run query ``name`` before the next one, in the same exchange; nobody reads its rows.

        Each still sees what was committed before itself began, as if it had been sent alone.
        """
        with self.connection.cursor() as cursor:
            self._later.append(cursor.mogrify(queries()[name], values))

    def many(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Run query ``name`` once for all ``rows``; it holds ``VALUES %s``."""
        if not rows:
            return
        if self._later or not self._asked:
            self._ask("SELECT 1").close()  # ``execute_values`` asks in pieces: only one may begin
        with self.connection.cursor() as cursor:
            psycopg2.extras.execute_values(cursor, queries()[name], rows, page_size=1000)

    def async_commit(self) -> None:
        """Wait for no disk: a Postgres that crashes may forget this transaction."""
        self.later("async_commit")

    def take_long(self) -> None:
        """Let the queries of this transaction take minutes, as only a reader of everything may."""
        self.later("long_statement")
        if isinstance(self.connection, PatientConnection):
            self.connection.patience = LONG

    def end(self, word: str) -> None:
        """Send ``COMMIT`` or ``ROLLBACK`` if anything was begun."""
        if word == "COMMIT" and self._later:
            self._ask(word).close()
        elif self._asked and self._opening:
            self._exchange(word, None).close()
