"""Kombu's way to Redis with fewer connections: plans of hosted servers allow few.

Each channel of kombu's has two pools, and keeps a connection in each that it used once. Here all
channels of a process share the one for commands, which ask and answer at once; a consumer keeps one
for messages and one for remote control, which wait.
"""

# mypy: allow-untyped-calls
# kombu has no types.

from __future__ import annotations

from contextlib import suppress
from queue import Empty
from typing import Any

import redis
from kombu.transport import redis as base

MOST = 8  # connections for commands in one process: kombu holds up to four at once, nested
WAIT = 2.0  # seconds for one of them to be free

_shared: dict[str, redis.BlockingConnectionPool] = {}
"""Options of connections → this process' connections. Without a lock, which a fork would copy."""


class Channel(base.Channel):
    """A channel whose commands go over the process' connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - kombu's own
        super().__init__(*args, **kwargs)
        # It has been tried by a ping; who only publishes never uses that connection again.
        self.async_pool.disconnect(inuse_connections=False)

    def _get_pool(self, asynchronous: bool = False) -> redis.ConnectionPool:  # noqa: FBT001, FBT002 - kombu's own
        if asynchronous:
            pool: redis.ConnectionPool = super()._get_pool(asynchronous=True)
            return pool
        options = self._connparams() | {"max_connections": MOST, "timeout": WAIT}
        self.keyprefix_fanout = self.keyprefix_fanout.format(db=options["db"])
        key = repr(sorted((name, repr(value)) for name, value in options.items()))
        return _shared.setdefault(key, redis.BlockingConnectionPool(**options))

    def _disconnect_pools(self) -> None:
        """Close what is this channel's own."""
        self._pool = None
        super()._disconnect_pools()


class Transport(base.Transport):
    """Redis, with these channels."""

    Channel = Channel


def trim() -> None:
    """Close all but one of the connections for commands that nobody uses.

    They are taken out of their pool meanwhile, so that nobody begins to use one of them.
    """
    for pool in list(_shared.values()):
        taken = []
        with suppress(Empty):
            while True:
                taken.append(pool.pool.get_nowait())
        connected = [one for one in taken if one is not None and one.is_connected]
        for surplus in connected[1:]:
            surplus.disconnect()
        for one in reversed(taken):
            pool.pool.put_nowait(one)


def forget(*, in_use: bool = False) -> None:
    """Close the connections for commands that nobody uses: they may have been lost with another.

    ``in_use``: those that are in use as well; whoever waits there for an answer gets none.
    """
    for pool in list(_shared.values()):
        pool.disconnect(inuse_connections=in_use)
