"""Why Postgres can't be used, in words that hold no secret."""

from __future__ import annotations

from typing import Final

import psycopg2

from workers.redact import redact_text

FULL: Final = "it has no connection left: see the sums in docs/operations.md"
TLS: Final = "it wants TLS, or lets nobody in from here: try ?sslmode=require"

WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("password authentication failed", "the user name or the password in DATABASE_URL is wrong"),
    ("no password supplied", "it wants a password, and DATABASE_URL has none"),
    ("too many clients", FULL),
    ("too many connections", FULL),
    ("remaining connection slots", FULL),
    ("no more connections allowed", FULL),
    ("is not permitted to log in", "the user in DATABASE_URL may not log in"),
    ("permission denied for database", "the user in DATABASE_URL may not use that database"),
    ("no pg_hba.conf entry", TLS),
    ("pg_hba.conf rejects", TLS),
    ("does not support ssl", "it has no TLS: set sslmode in DATABASE_URL to prefer"),
    ("certificate verify failed", "its certificate is not trusted: name its CA in sslrootcert"),
    ("root certificate file", "the file that sslrootcert or PGSSLROOTCERT names is not there"),
    ("does not match host name", "its certificate is for another host: see sslmode and the host"),
    ("certificate", "its certificate or ours can't be used: see DATABASE_URL"),
    ("could not translate host name", "its host is not known"),
    ("name or service not known", "its host is not known"),
    ("connection refused", "nothing listens there"),
    ("starting up", "it is starting up"),
    ("not yet accepting connections", "it is starting up"),
    ("shutting down", "it is shutting down"),
    ("recovery mode", "it recovers from a crash"),
    ("read-only transaction", "it is a standby: DATABASE_URL must lead to the primary"),
    ("timeout expired", "it does not answer in time"),
    ("timed out", "it does not answer in time"),
    ("says nothing", "it keeps the connection open and says nothing"),
    ("did not answer just now", "it did not answer just now"),
    ("no route to host", "there is no way to it"),
    ("network is unreachable", "there is no way to it"),
    ("server closed the connection", "it ended the connection"),
    ("connection reset", "it ended the connection"),
)  # fmt: skip
"""What an error's text holds → what it means, the special before the general."""


def why(error: BaseException) -> str:
    """Return what an error of libpq or of the server means for whoever set ``DATABASE_URL``."""
    text = " ".join(str(error).split())
    small = text.lower()
    for kind in ("database", "role"):
        beginning = f'fatal: {kind} "'
        if beginning in small and '" does not exist' in small:
            name = text[small.index(beginning) + len(beginning) :].partition('"')[0]
            return f"the {'user' if kind == 'role' else kind} {name} is not there"
    meaning = next((meaning for words, meaning in WORDS if words in small), "")
    return meaning or redact_text(text.rpartition("FATAL: ")[2][:300] or type(error).__name__)


def is_full(error: psycopg2.Error) -> bool:
    """Whether the server has no connection left, which may soon be otherwise."""
    return why(error) == FULL
