"""What libpq and Postgres say is told in words that name the cure and hold no secret."""

import psycopg2
import pytest

from workers.db.faults import FULL, is_full, why

SAID = 'connection to server at "db.example" (10.0.0.5), port 5432 failed: '


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SAID + 'FATAL:  password authentication failed for user "me"', "password"),
        (SAID + "fe_sendauth: no password supplied", "wants a password"),
        (SAID + 'FATAL:  database "shop" does not exist', "database shop is not there"),
        (SAID + 'FATAL:  role "me" does not exist', "user me is not there"),
        (SAID + 'FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "me"', "sslmode=require"),
        (SAID + "server does not support SSL, but SSL was required", "no TLS"),
        (SAID + "SSL error: certificate verify failed", "sslrootcert"),
        ('root certificate file "/ca.pem" does not exist', "sslrootcert"),
        (SAID + 'server certificate for "a" does not match host name "b"', "another host"),
        (SAID + "FATAL:  sorry, too many clients already", FULL),
        (SAID + 'FATAL:  too many connections for role "me"', FULL),
        (SAID + "FATAL:  remaining connection slots are reserved for roles", FULL),
        (SAID + "FATAL:  the database system is starting up", "starting up"),
        (SAID + "FATAL:  the database system is not yet accepting connections", "starting up"),
        (SAID + "FATAL:  the database system is shutting down", "shutting down"),
        (SAID + "Connection refused\n\tIs the server running", "nothing listens"),
        ('could not translate host name "db.example" to address: Name', "host is not known"),
        (SAID + "timeout expired", "in time"),
        ("cannot execute INSERT in a read-only transaction", "standby"),
        (SAID + "FATAL:  something new in version 30", "something new in version 30"),
        ('invalid dsn: "postgresql://me:hush@db.example/shop"', "redacted"),
    ],
)
def test_why_postgres_refuses_is_told_with_its_cure(text: str, words: str) -> None:
    """Whoever reads it knows which setting, or which server, to look at."""
    told = why(psycopg2.OperationalError(text))

    assert words in told
    assert "hush" not in told
    assert is_full(psycopg2.OperationalError(text)) == (words == FULL)
