"""Calls a key may make: counted in Redis, and in memory while Redis does not answer."""

from __future__ import annotations

import math
import time
from hashlib import sha256
from typing import Any

from flask import Flask, g
from flask_limiter import Limiter, RequestLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.preflight import check_rate
from workers.settings import Settings

SOCKET_TIMEOUT = 0.15  # seconds to connect, and to answer, that a call may lose to a frozen Redis


def _caller() -> str:
    """Return what calls are counted by: a digest, so that Redis holds no key."""
    return sha256(str(g.api_key).encode("utf-8", "replace")).hexdigest()[:32]


def _note_breach(limit: RequestLimit) -> None:
    """Keep how long the caller should wait, in whole seconds."""
    g.retry_after = max(1, math.ceil(limit.reset_at - time.time()))


def install(app: Flask, settings: Settings) -> None:
    """Count every call of ``app`` that carries a key; past the limit it ends as 429.

    A call that meets a dead Redis is counted in memory, as are all after it; Redis is asked again
    after 1, 2, 4 … seconds. ``swallow_errors`` is for calls that ran into the same timeout at once.
    """
    check_rate(settings.rate_limit)
    options: dict[str, Any] = {
        "socket_timeout": SOCKET_TIMEOUT,
        "socket_connect_timeout": SOCKET_TIMEOUT,
        "retry": Retry(NoBackoff(), 0),
    }
    limiter = Limiter(
        _caller,
        application_limits=[settings.rate_limit],
        in_memory_fallback=[settings.rate_limit],
        storage_uri=settings.redis_url,
        storage_options=options,
        on_breach=_note_breach,
        swallow_errors=True,
        headers_enabled=False,
        key_prefix="gristmill",
    )
    limiter.request_filter(lambda: "api_key" not in g)
    limiter.init_app(app)
