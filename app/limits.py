"""Calls a key may make: counted in Redis, and in memory while Redis does not answer."""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, g
from flask_limiter import Limiter
from limits import parse_many
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.settings import Settings, SettingsError

SOCKET_TIMEOUT = 0.25  # seconds that a call may lose to a Redis that is dead or frozen


def caller() -> str:
    """Return what calls are counted by: a digest, so that Redis holds no key."""
    return sha256(str(g.api_key).encode("utf-8", "replace")).hexdigest()[:32]


def make(app: Flask, settings: Settings) -> Limiter:
    """Return the limiter of ``app``; whoever uses it calls ``check`` once the key is known.

    A call that meets a dead Redis is counted in memory, as are all after it; Redis is asked again
    after 1, 2, 4 … seconds. ``swallow_errors`` is for calls that ran into the same timeout at once.
    """
    try:
        parse_many(settings.rate_limit)
    except ValueError as error:
        message = f"RATE_LIMIT={settings.rate_limit!r} must read like 100/second"
        raise SettingsError(message) from error
    return Limiter(
        key_func=caller,
        app=app,
        application_limits=[settings.rate_limit],
        in_memory_fallback=[settings.rate_limit],
        storage_uri=settings.redis_url,
        storage_options={
            "socket_timeout": SOCKET_TIMEOUT,
            "socket_connect_timeout": SOCKET_TIMEOUT,
            "retry": Retry(NoBackoff(), 0),
        },
        swallow_errors=True,
        auto_check=False,
        headers_enabled=False,
        key_prefix="gristmill",
    )
