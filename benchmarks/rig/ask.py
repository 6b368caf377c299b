"""Services alone, without programs, that count what Postgres is asked; and a line to ask them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import NamedTupleCursor

from deploy.local import proc
from deploy.local.services import Embedded, embedded

STATEMENTS = "SELECT sum(calls)::bigint AS n, sum(wal_bytes)::bigint AS wal FROM pg_stat_statements"


class Asker:
    """A connection that shows what is there."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg2.connect(url, cursor_factory=NamedTupleCursor)
        self._connection.autocommit = True

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def run(self, query: str, **values: object) -> None:
        """Run statements that have named values."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, values or None)

    def statements(self) -> Any:  # noqa: ANN401 - a row
        """Return ``n`` statements and ``wal`` bytes since the counts were reset."""
        return self.rows(STATEMENTS)[0]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def count_statements(url: str) -> None:
    """Let Postgres count its statements from its next start on."""
    asker = Asker(url)
    asker.run("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    asker.close()


@contextmanager
def watched(home: Path) -> Iterator[Embedded]:
    """Run the embedded services in ``home``; Postgres counts its statements."""
    with embedded(home) as services:
        count_statements(services["DATABASE_URL"])
        services.stop("database")
        services.start("database")
        asker = Asker(services["DATABASE_URL"])
        asker.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        asker.close()
        yield services


def database_pids(home: Path) -> set[int]:
    """Return Postgres' processes."""
    return proc.members(home, "database")
