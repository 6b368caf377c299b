"""Calls a key may make: counted in Redis, a few calls ahead, and in memory while it is away.

A web process takes an eighth of what is left of a key's limit at once, and asks again when that is
used up or the window is over. So a key never has more than its limit, and most calls ask nobody.
What one process has taken and not used others can't give: a key whose calls go to one process
alone may have to wait when an eighth is left. Limits of fifteen and less are counted one by one.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import redis
from flask import Flask, g
from limits import RateLimitItem, parse_many
from werkzeug.exceptions import TooManyRequests

from app.preflight import check_rate
from workers import broker
from workers.log import get_logger
from workers.settings import Settings

SOCKET_TIMEOUT = 0.15  # seconds to connect, and to answer, that a call may lose to a frozen Redis
LONGEST_SILENCE = 32.0  # seconds until a Redis that was away is asked again: 1, 2, 4 … up to this
MOST_KEYS = 4096  # that are remembered here; anybody can make keys up
TAKE = """
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local left = tonumber(ARGV[1]) - used
local taken = math.min(left, math.max(1, math.floor(left / 8)))
if taken > 0 then redis.call('INCRBY', KEYS[1], taken) end
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {taken, redis.call('PTTL', KEYS[1])}
"""

log = get_logger()


@dataclass(slots=True)
class Share:
    """Calls that a key may make here until a moment; ``last``: there are no more before it."""

    left: int
    ends: float  # of the monotonic clock
    last: bool


class CallCounter:
    """Counts the calls of keys by one limit; ``ask``: the script in Redis, None: no Redis."""

    def __init__(self, limit: RateLimitItem, ask: Callable[..., Any] | None) -> None:
        self._amount, self._seconds = limit.amount, float(limit.get_expiry())
        self._name = f"gristmill:calls:{limit.amount}/{limit.get_expiry()}"
        self._ask = ask
        self._shares: dict[str, Share] = {}
        self._lock = threading.Lock()
        self._silent_until, self._silence = 0.0, 1.0

    def take(self, caller: str) -> float:
        """Count a call; returns how many seconds to wait where none is left, else 0."""
        now = time.monotonic()
        with self._lock:
            share = self._shares.get(caller)
            if share is not None and share.ends > now:
                if share.left > 0:
                    share.left -= 1
                    return 0.0
                if share.last:
                    return share.ends - now
        return self._begin(caller, self._more(caller, now), now)

    def _begin(self, caller: str, share: Share, now: float) -> float:
        """Take this call out of the caller's next share, and keep the rest."""
        with self._lock:
            old = self._shares.get(caller)
            if old is not None and old.ends > now:  # perhaps another thread was here meanwhile
                share.left = old.left + (0 if share.last and old.last else share.left)
            elif len(self._shares) >= MOST_KEYS:
                self._forget(now)
            self._shares[caller] = share
            if share.left > 0:
                share.left -= 1
                return 0.0
        return max(share.ends - now, 0.001)

    def _forget(self, now: float) -> None:
        self._shares = {key: one for key, one in self._shares.items() if one.ends > now}
        if len(self._shares) >= MOST_KEYS:
            self._shares.clear()

    def _more(self, caller: str, now: float) -> Share:
        if self._ask is not None and now >= self._silent_until:
            try:
                taken, rest = self._ask(
                    [f"{self._name}:{caller}"], [self._amount, int(self._seconds * 1000)]
                )
            except (redis.RedisError, OSError) as error:
                self._be_silent(type(error).__name__)
            else:
                self._silence = 1.0
                return Share(max(taken, 0), now + rest / 1000, last=taken <= 0)
        return Share(self._amount, now + self._seconds, last=True)

    def _be_silent(self, error: str) -> None:
        """Leave Redis alone for a while; calls that failed together do so once."""
        with self._lock:
            now = time.monotonic()
            if now >= self._silent_until:
                log.warning("calls_counted_here", error=error)
                self._silent_until = now + self._silence
                self._silence = min(2 * self._silence, LONGEST_SILENCE)


def _asker(url: str) -> Callable[..., Any] | None:
    address = broker.read(url)
    if not address.is_redis:
        return None
    return address.client(SOCKET_TIMEOUT).register_script(TAKE)


def install(app: Flask, settings: Settings) -> None:
    """Count every call of ``app`` that carries a key; past a limit it ends as 429.

    A call that meets a dead Redis is counted in memory, as are all after it; Redis is asked again
    after 1, 2, 4 … seconds.
    """
    check_rate(settings.rate_limit)
    ask = _asker(settings.redis_url)
    counters = [CallCounter(limit, ask) for limit in parse_many(settings.rate_limit)]

    @app.before_request
    def count() -> None:
        if "api_key" in g:
            # A digest, so that Redis holds no key.
            caller = sha256(str(g.api_key).encode("utf-8", "replace")).hexdigest()[:32]
            wait = max(counter.take(caller) for counter in counters)
            if wait:
                g.retry_after = math.ceil(wait)
                raise TooManyRequests
