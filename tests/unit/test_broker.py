"""The broker's address has one meaning, and what a broker says is told in words."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from workers import broker, celery
from workers.settings import SettingsError

HOST = "rediss://:pw@redis.example:6380"


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("none", ssl.CERT_NONE),
        ("None", ssl.CERT_NONE),
        ("CERT_NONE", ssl.CERT_NONE),
        ("ssl.CERT_NONE", ssl.CERT_NONE),
        ("VerifyMode.CERT_NONE", ssl.CERT_NONE),
        ("optional", ssl.CERT_OPTIONAL),
        ("CERT_OPTIONAL", ssl.CERT_OPTIONAL),
        ("required", ssl.CERT_REQUIRED),
        ("ssl.CERT_REQUIRED", ssl.CERT_REQUIRED),
    ],
)
def test_every_spelling_of_what_is_verified_means_the_same_to_both_clients(
    word: str, wanted: ssl.VerifyMode
) -> None:
    """redis-py knows ``none``, Celery ``CERT_NONE``, old guides ``ssl.CERT_NONE``."""
    app = Celery("test", set_as_current=False)
    url = f"{HOST}/0?ssl_cert_reqs={word}"
    celery.lead_to(url, app)
    pool = broker.read(url).client(1).connection_pool

    assert app.conf.broker_use_ssl["ssl_cert_reqs"] is wanted
    assert pool.make_connection().cert_reqs is wanted
    assert broker.read(url).verified == (wanted is not ssl.CERT_NONE)


def test_a_certificate_is_verified_unless_told_not_to() -> None:
    """By both clients, and the name in it as well."""
    app = Celery("test", set_as_current=False)
    celery.lead_to(f"{HOST}/0", app)
    tls = dict(broker.read(f"{HOST}/0").tls or {})

    assert app.conf.broker_use_ssl == tls
    assert (tls["ssl_cert_reqs"], tls["ssl_check_hostname"]) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("redis://h", 0),
        ("redis://h/", 0),
        ("redis://h/3", 3),
        ("redis://h?db=4", 4),
        ("redis://h/3?db=4", 4),
        ("redis://:p%40s@[::1]:7/5", 5),
    ],
)
def test_both_clients_use_the_same_database(url: str, database: int) -> None:
    """The parameter wins over the path, as in redis-py; Celery does not know it."""
    app = Celery("test", set_as_current=False)
    celery.lead_to(url, app)
    options = broker.read(url).client(1).connection_pool.connection_kwargs

    assert options["db"] == database
    assert app.connection_for_write().virtual_host == str(database)


def test_a_password_reaches_both_clients_as_it_is() -> None:
    """To kombu a semicolon parts two addresses."""
    word = "p;w/@:?#%ü"
    app = Celery("test", set_as_current=False)
    celery.lead_to("redis://me:p;w%2F%40%3A%3F%23%25%C3%BC@h:1/0", app)
    connection = app.connection_for_write()

    assert (connection.userid, connection.password, connection.hostname) == ("me", word, "h")
    options = broker.read("redis://me:p;w%2F%40%3A%3F%23%25%C3%BC@h:1/0").client(1)
    assert options.connection_pool.connection_kwargs["password"] == word


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://:hush@h:1/0", "redis://"),
        ("redis://", "redis://"),
        ("hush", "redis://"),
        ("redis://:hush@h:port/0", "redis://"),
        ("redis://:hu#sh@h:1/0", "percent-encoded"),
        ("redis://:hush@h/first", "number"),
        ("redis://:hush@h?db=-1", "number"),
        ("redis://:hush@h?ssl_cert_reqs=none", "rediss://"),
        ("rediss://:hush@h?ssl_cert_reqs=maybe", "ssl_cert_reqs"),
        ("rediss://:hush@h?ssl_ca_certs=/no/such/file", "ssl_ca_certs"),
        ("rediss://:hush@h?ssl_check_hostname=perhaps", "ssl_check_hostname"),
        ("redis://:hush@h?socket_timeout=5", "socket_timeout"),
    ],
)
def test_an_address_that_can_not_be_used_is_refused_without_its_password(
    url: str, words: str
) -> None:
    """A parameter that has no effect would be relied upon."""
    with pytest.raises(SettingsError, match=words) as caught:
        broker.read(url)

    assert "REDIS_URL" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_files_of_certificates_reach_both_clients(tmp_path: Path) -> None:
    """By the names that redis-py has for them."""
    for name in ("ca", "cert", "key"):
        (tmp_path / name).touch()
    url = (
        f"{HOST}?ssl_ca_certs={tmp_path}/ca&ssl_certfile={tmp_path}/cert"
        f"&ssl_keyfile={tmp_path}/key&ssl_check_hostname=false"
    )
    tls = broker.read(url).tls

    assert tls == {
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        "ssl_check_hostname": False,
        "ssl_ca_certs": f"{tmp_path}/ca",
        "ssl_certfile": f"{tmp_path}/cert",
        "ssl_keyfile": f"{tmp_path}/key",
    }


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (redis.ReadOnlyError("You can't write against a read only replica."), "primary"),
        (redis.exceptions.NoPermissionError("User x has no permissions"), "NOPERM"),
        (redis.AuthenticationError("Authentication required."), "wants a password"),
        (redis.AuthenticationError("invalid username-password pair"), "wrong"),
        (redis.exceptions.BusyLoadingError("loading"), "reads its data"),
        (redis.exceptions.OutOfMemoryError("command not allowed"), "maxmemory"),
        (redis.exceptions.MasterDownError("Link with MASTER is down"), "primary is down"),
        (redis.ResponseError("MISCONF Valkey is configured to save"), "disk full"),
        (redis.ConnectionError("Error 111 connecting to h:1. Connection refused."), "listens"),
        (redis.ConnectionError("[SSL] CERTIFICATE_VERIFY_FAILED certificate verify failed"), "CA"),
        (redis.TimeoutError("Timeout reading from socket"), "in time"),
        (redis.ConnectionError("redis://:hush@h"), "redacted"),
    ],
)
def test_what_a_broker_says_is_told_with_the_cure(error: Exception, words: str) -> None:
    """Kombu's own error hides redis-py's; neither brings a password into a log."""
    hidden = OperationalError("something else")
    hidden.__cause__ = error

    assert words in broker.why(error)
    assert broker.why(hidden) == broker.why(error)
    assert "hush" not in broker.why(error)
