"""Celery's consumer, with less patience where the broker is away or its connections are lost."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from celery.exceptions import CPendingDeprecationWarning
from celery.worker import state
from celery.worker.consumer import Consumer as Base
from redis.exceptions import ResponseError

from workers.broker import transport, why
from workers.log import get_logger
from workers.runtime import ending

PAUSE = 1.0  # seconds between tries to reach the broker; Celery's own grow to half a minute
LOOK_EVERY = 1.0  # seconds

log = get_logger()


class Consumer(Base):  # type: ignore[misc]
    """Reaches a broker that came back within a second, however long it was away.

    It stays where the broker answers with an error, as after a failover or while it reads its data,
    and tries again each second. ``looked_at`` (monotonic seconds) is when its loop last heard from
    the broker, or tried to reach it.
    """

    looked_at = 0.0

    def start(self) -> None:
        """Run until this process is asked to end; Celery has set its own handlers by now."""
        ending.prepare(self.children)
        super().start()

    def ensure_connected(self, conn: Any) -> Any:  # noqa: ANN401 - kombu's connection
        """Return ``conn`` once it is open."""
        self.looked_at = time.monotonic()
        reach = partial(
            conn.ensure_connection, interval_start=PAUSE, interval_step=0, interval_max=PAUSE
        )
        conn.ensure_connection = lambda errback, *words, **more: reach(
            partial(self._on_refusal, errback), *words, **more
        )
        return super().ensure_connected(conn)

    def _on_refusal(self, errback: Callable[..., Any], exc: Exception, interval: float) -> None:
        """Note that the loop lives, and let Celery say why it waits."""
        self.looked_at = time.monotonic()
        errback(exc, interval)

    def register_with_event_loop(self, hub: Any) -> None:  # noqa: ANN401 - kombu's event loop
        """Look at the broker for as long as this connection is in use."""
        super().register_with_event_loop(hub)
        hub.call_repeatedly(LOOK_EVERY, self.look)

    def look(self) -> None:
        """Ask the broker on the connection for acknowledgements; Celery starts over if that fails.

        Kombu finds lost connections one by one and replaces each, so that a message may be taken on
        a new one and lost again because its acknowledgement has to wait on an old one.
        """
        with self.connection.default_channel.conn_or_acquire() as client, suppress(ResponseError):
            client.ping()
        transport.trim()
        self.looked_at = time.monotonic()

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Give up all connections: Celery would wait 5 s for what a silent broker may send."""
        self._rest(exc)
        transport.forget(in_use=True)
        for channel in self.connection.transport.channels:
            for name in ("client", "subclient"):
                # Only what is there: kombu's properties would make what is not.
                client = vars(channel).get(name)
                if client is not None and client.connection is not None:
                    client.connection.disconnect()
        with warnings.catch_warnings():
            # Celery's advice to cancel what is acknowledged late: here nothing is.
            warnings.simplefilter("ignore", CPendingDeprecationWarning)
            super().on_connection_error_after_connected(exc)

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Say why the broker could not be reached."""
        self._rest(exc)
        super().on_connection_error_before_connected(exc)

    def _rest(self, exc: Exception) -> None:
        """Wait after an error that the broker answered with: it would do so again at once."""
        self.looked_at = time.monotonic()
        if isinstance(exc, ResponseError):
            log.warning("broker_refuses", error=why(exc))
            time.sleep(PAUSE)

    def free(self) -> bool:
        """Whether a child of the pool has nothing to do."""
        return len(state.active_requests) < int(self.pool.num_processes)

    def children(self) -> list[int]:
        """Return the processes of the pool; a pool of threads has none."""
        with suppress(AttributeError, KeyError):  # it is gone
            return list(self.pool.info["processes"])
        return []
