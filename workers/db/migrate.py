"""Bring the database to the newest shape: numbered files, forward only, each once."""

from __future__ import annotations

from importlib import resources

import psycopg2

from workers.crashpoint import crashpoint
from workers.errors import DatabaseUnavailable

_LOCK = 0x677269  # one migration at a time, whoever starts it


def migrate(url: str) -> list[str]:
    """Apply the migrations that this database lacks and return their names, in order."""
    folder = resources.files("workers.db") / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise DatabaseUnavailable from error
    applied = []
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS migrations "
                "(name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
            )
            cursor.execute("SELECT name FROM migrations")
            done = {name for (name,) in cursor.fetchall()}
            for file in files:
                if file.name not in done:
                    cursor.execute(file.read_text(encoding="utf-8"))
                    cursor.execute("INSERT INTO migrations (name) VALUES (%s)", (file.name,))
                    applied.append(file.name)
            crashpoint("commit.migrate.before")
        crashpoint("commit.migrate.after")
    finally:
        connection.close()
    return applied
