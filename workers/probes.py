"""Asks each part that we lean on whether it can serve, all at once and within two seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

import redis

from workers import broker
from workers.db import Database
from workers.db.named import PROBE_DATABASE
from workers.errors import BrokerUnavailable
from workers.settings import Settings
from workers.storage.base import Storage

PATIENCE = 2.0  # seconds for an answer
SOCKET_TIMEOUT = 1.5  # seconds: below our patience, so that a probe ends by itself

Probe = Callable[[], None]


class Probes:
    """Named probes. One that hangs is not started again before it has ended."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = dict(probes)
        self._running: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def failing(self) -> list[str]:
        """Return the names of the parts that can't serve, in the order given."""
        running = self._start()
        wait(running.values(), timeout=PATIENCE)
        return [name for name, future in running.items() if not _well(future)]

    def _start(self) -> dict[str, Future[None]]:
        """Start what is not running yet; the threads are made here, so after any fork."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(len(self._probes), thread_name_prefix="probe")
            for name, probe in self._probes.items():
                known = self._running.get(name)
                if known is None or known.done():
                    self._running[name] = self._pool.submit(probe)
            return dict(self._running)


def _well(future: Future[None]) -> bool:
    return future.done() and future.exception() is None


def probes(settings: Settings, storage: Storage) -> Probes:
    """Return the probes of this deployment: ``database``, ``broker``, ``storage``."""
    database = Database(
        settings.database_url, timeout=int(SOCKET_TIMEOUT * 1000), keep=1, patience=SOCKET_TIMEOUT
    )
    return Probes(
        {
            "database": lambda: ping_database(database),
            "broker": lambda: ping_broker(settings.redis_url),
            "storage": storage.ping,
        }
    )


def ping_database(database: Database) -> None:
    """Raise ``DatabaseUnavailable`` unless our tables can be read."""
    with database.reading() as tx:
        tx.one(PROBE_DATABASE)


def ping_broker(url: str) -> None:
    """Raise ``BrokerUnavailable`` unless the broker takes messages."""
    client = broker.read(url).client(SOCKET_TIMEOUT)
    try:
        broker.probe(client)
    except (redis.RedisError, OSError) as error:
        raise BrokerUnavailable(reason=broker.why(error)) from error
    finally:
        client.connection_pool.disconnect()
