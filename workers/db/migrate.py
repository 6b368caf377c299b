"""Bring the database to the newest shape: numbered files, forward only, each once; then functions.

One transaction under one lock: programs find all of a release, or nothing of it.
"""

from __future__ import annotations

from importlib import resources

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class

from workers.crashpoint import crashpoint
from workers.db.faults import why
from workers.db.functions import apply_functions
from workers.db.room import ROOM, let_in
from workers.errors import DatabaseUnavailable

_LOCK = 0x677269  # one migration at a time, whoever starts it


def migrate(url: str) -> list[str]:
    """Apply what this database lacks and return the names of it, in order."""
    try:
        connection = let_in(lambda: psycopg2.connect(url, connect_timeout=5), ROOM)
    except psycopg2.OperationalError as error:
        raise DatabaseUnavailable(reason=why(error)) from error
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            applied = [*_apply_migrations(cursor), *apply_functions(cursor)]
            crashpoint("commit.migrate.before")
        crashpoint("commit.migrate.after")
    finally:
        connection.close()
    return applied


def migrations() -> list[str]:
    """Return the names of the files of this release, in order."""
    files = (resources.files("workers.db") / "migrations").iterdir()
    return sorted(file.name for file in files if file.name.endswith(".sql"))


def _apply_migrations(cursor: Cursor) -> list[str]:
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS migrations "
        "(name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
    )
    cursor.execute("SELECT name FROM migrations")
    done = {name for (name,) in cursor.fetchall()}
    missing = [name for name in migrations() if name not in done]
    for name in missing:
        file = resources.files("workers.db") / "migrations" / name
        cursor.execute(file.read_text(encoding="utf-8"))
        cursor.execute("INSERT INTO migrations (name) VALUES (%s)", (name,))
    return missing
