"""The address of the broker, read once for all who connect to it: redis-py and Celery alike.

The two understand a ``rediss://`` address each in its own way: redis-py verifies the server's
certificate, Celery verifies nothing unless told to, and what tells the one is an error to the
other. Here such an address means: verified, unless ``ssl_cert_reqs=none``.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.settings import SettingsError

REQUIREMENTS: Mapping[str, ssl.VerifyMode] = {
    "none": ssl.CERT_NONE,
    "optional": ssl.CERT_OPTIONAL,
    "required": ssl.CERT_REQUIRED,
}
"""Values of ``ssl_cert_reqs``, without ``CERT_`` and what may stand before it, in small letters."""

FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
PARAMETERS = ("db", "ssl_cert_reqs", "ssl_check_hostname", *FILES)
LOCAL = "memory"  # Celery's broker within one process, for tests
FORM = "REDIS_URL must read like redis://:password@host:6379/0, or rediss:// with TLS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is: a URL without parameters, and what TLS needs to know (None: no TLS)."""

    url: str = field(repr=False)
    tls: Mapping[str, Any] | None = None

    @property
    def is_redis(self) -> bool:
        """Whether there is a server at all; tests have Celery's broker in memory."""
        return not self.url.startswith(LOCAL)

    @property
    def verified(self) -> bool:
        """Whether the server's certificate is verified."""
        return self.tls is not None and self.tls["ssl_cert_reqs"] is not ssl.CERT_NONE

    def client(self, patience: float, *, tries: int = 1) -> redis.Redis:
        """Return a client that waits ``patience`` seconds to connect, and for each answer.

        It has one connection, made when it is needed: threads that use it wait for each other, no
        longer than that.
        """
        options: dict[str, Any] = {
            **(self.tls or {}),
            "max_connections": 1,
            "timeout": patience,
            "socket_timeout": patience,
            "socket_connect_timeout": patience,
            "retry": Retry(NoBackoff(), tries - 1),
        }
        pool = redis.BlockingConnectionPool.from_url(self.url, **options)
        return redis.Redis(connection_pool=pool)


@cache
def read(url: str) -> BrokerAddress:
    """Return what ``REDIS_URL`` means.

    Raises ``SettingsError``, which never holds the password, for a parameter that has no effect: it
    would be relied upon.
    """
    parts = urlsplit(url)
    if parts.scheme == LOCAL:
        return BrokerAddress(url=url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    strange = sorted(set(given) - set(PARAMETERS))
    if strange:
        known = ", ".join(PARAMETERS)
        raise SettingsError(f"REDIS_URL: {strange[0]} is no parameter here; these are: {known}")
    database = _database(parts, given)
    tls = _tls(given) if parts.scheme == "rediss" else None
    useless = sorted(name for name in given if name.startswith("ssl_"))
    if tls is None and useless:
        raise SettingsError(f"REDIS_URL: {useless[0]} needs rediss://, an address with TLS")
    return BrokerAddress(url=f"{parts.scheme}://{_netloc(parts)}/{database}", tls=tls)


def _netloc(parts: SplitResult) -> str:
    """Return who and where, with all of a password encoded: to kombu a ``;`` parts two URLs."""
    words = (quote(unquote(word or ""), safe="") for word in (parts.username, parts.password))
    user = ":".join(words)
    where = parts.netloc.rpartition("@")[2]
    return f"{user}@{where}" if user != ":" else where


def _database(parts: SplitResult, given: Mapping[str, str]) -> int:
    try:
        usable = parts.scheme in {"redis", "rediss"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none
        usable = False
    text = given.get("db", parts.path.strip("/") or "0")
    if not usable or parts.fragment:
        raise SettingsError(f"{FORM}; reserved characters in a password are percent-encoded")
    if not (text.isascii() and text.isdecimal()):
        raise SettingsError(f"REDIS_URL: the database is a number, as in /0 or ?db=0, not {text!r}")
    return int(text)


def _tls(given: Mapping[str, str]) -> dict[str, Any]:
    word = given.get("ssl_cert_reqs", "required").lower().rpartition(".")[2].removeprefix("cert_")
    if word not in REQUIREMENTS:
        raise SettingsError("REDIS_URL: ssl_cert_reqs is one of none, optional and required")
    for name in FILES:
        if name in given and not Path(given[name]).is_file():
            raise SettingsError(f"REDIS_URL: {name}={given[name]} is no file")
    wanted = given.get("ssl_check_hostname", "true").lower()
    if wanted not in {"true", "1", "yes", "false", "0", "no"}:
        raise SettingsError("REDIS_URL: ssl_check_hostname is true or false")
    return {
        "ssl_cert_reqs": REQUIREMENTS[word],
        "ssl_check_hostname": wanted in {"true", "1", "yes"} and word != "none",
        **{name: given[name] for name in FILES if name in given},
    }
