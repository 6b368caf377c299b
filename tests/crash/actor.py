"""One life of the product in one process: its API, its jobs and its clock, until it is killed.

The jobs are the real ones, taken from the real broker; the client speaks to the real application.
Only waiting is shortened: what takes a lease or a patience of seconds takes a fraction here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import kombu
import psycopg2
from flask import Flask

from app import create_app
from schemas import registry
from tests.crash.case import ClientMemory, CrashCase
from workers import celery, deliveries, jobs, plugins, sweep
from workers.clock import Clock
from workers.deliver import attempts
from workers.queues import QUEUES
from workers.runtime import slice_ports
from workers.runtime.wiring import database
from workers.settings import settings

PATIENCE = 40  # seconds that a scenario waits for anything
OPEN_ENDS = """SELECT 1 FROM objects WHERE state <> 'live' UNION ALL SELECT 1 FROM slices
UNION ALL SELECT 1 FROM processes WHERE publish_due OR deleted
UNION ALL SELECT 1 FROM tombstones WHERE due_at <= now()"""

ENDED = {"finished", "canceled", "failed"}


def hurry() -> None:
    """Shorten what is only waiting."""
    sweep.HINT_AGE = 0.3
    slice_ports.BEAT = 0.02
    attempts.LEASE, attempts.RENEWAL = 1.0, 0.02
    deliveries.EXPORT_GRACE = 0.5


class Actor:
    """Plays the client, the web program, the workers and the clock of one case."""

    def __init__(self, given: CrashCase, application: Flask) -> None:
        hurry()
        self.given, self.api_key = given, given.api_key
        self.memory = ClientMemory(Path(given.memory))
        self.clock = Clock(settings())
        self._client = application.test_client()
        self._connection = celery.app.connection_for_write()
        self._queues = [
            kombu.Queue(name)(self._connection.default_channel) for name in QUEUES.values()
        ]

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Call the API with the key at hand; returns the JSON of a 2xx."""
        headers = {"X-Api-Key": self.api_key, **more.pop("headers", {})}
        answer = self._client.open(f"/v1{path}", method=method, headers=headers, **more)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    def run(self, name: str = "run", *, wishes: Any = None, **envelope: Any) -> str:
        """Store a task and run it, once, with ``wishes`` as the body; returns the process' id."""
        body = self.given.envelope(**envelope)
        task = self.memory.once(
            f"{name}-task", lambda: self.call("POST", "/task/create", json=body)
        )
        key = {"Idempotency-Key": f"{self.given.mark}-{name}"}
        path = f"/task/{task['id']}/run"
        call = {"headers": key} if wishes is None else {"headers": key, "json": wishes}
        return str(self.memory.once(name, lambda: self.call("POST", path, **call))["id"])

    def info(self, process: str) -> Any:
        """Return the process as the API tells it."""
        return self.call("GET", f"/process/{process}/info")

    def take(self) -> bool:
        """Do the job of the next message, if there is one."""
        for waiting in self._queues:
            message = waiting.get(no_ack=False)
            if message is not None:
                message.ack()
                celery.app.tasks[message.headers["task"]](*message.payload[0])
                return True
        return False

    def until(self, true: Callable[[], object]) -> None:
        """Let workers and clock work until something holds."""
        end_by = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end_by, f"not within {PATIENCE} s"
            if not self.take():
                self.clock.sweep(database())
                self.clock.tidy(database())
                time.sleep(0.02)

    def until_ended(self, process: str) -> Any:
        """Let them work until the process has ended and all is told of it; returns it."""
        self.until(lambda: self.info(process)["state"] in ENDED)
        self.until(lambda: not self.open_deliveries(process))
        self.until(lambda: not self.take())
        return self.info(process)

    def settle(self) -> None:
        """Let upkeep come to its end, as if an hour had passed."""
        connection = psycopg2.connect(settings().database_url)
        with closing(connection), connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("UPDATE objects SET created_at = created_at - interval '1 hour'")

            def open_ends() -> bool:
                cursor.execute(OPEN_ENDS)
                return bool(cursor.fetchall())

            self.until(lambda: not open_ends())

    def open_deliveries(self, process: str) -> list[Any]:
        """Return what waits to be delivered, or still may be queued."""
        rows = self.call("GET", f"/process/{process}/deliveries")
        return [row for row in rows if row["state"] == "waiting"] if rows else [process]


def prepared() -> Flask:
    """Load all that a life needs and return the application; nothing is connected yet."""
    for family in (registry.FETCHERS, registry.OUTPUTS, registry.STORAGES, registry.EXPORTS):
        for name in family:
            plugins.plugin(family, name)
    assert jobs.crawl.name in celery.app.tasks
    return create_app()
