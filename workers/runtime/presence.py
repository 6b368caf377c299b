"""Who is there: each worker pool and the clock say so, and see that they are of use.

A Celery worker can stay up and take nothing after its broker came back. One with a free child that
took nothing for a minute while work waits for it is of no use, whatever its process says: it ends,
and its supervisor starts it again. So does one whose loop hears nothing from a broker that answers
others: it can't be asked to end, so it is killed.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Protocol

from workers import celery
from workers.db import WORK_PATIENCE, Database
from workers.db.named import BROWSER_PRESENT, CLAIMABLE_SINCE
from workers.errors import DatabaseUnavailable
from workers.log import get_logger
from workers.runtime import identity

SAY_EVERY = 5.0  # seconds
DEAF = 20.0  # seconds without a word from the broker
CERTAIN = 3  # times in a row that the broker answered others meanwhile

log = get_logger()


def say(database: Database, name: str, kind: str, *, browser: bool = False) -> None:
    """Record that this program is there."""
    with database.transaction("record_presence") as tx:
        tx.async_commit()
        tx.do("record_presence", name=name, kind=kind, browser=browser)


def gone(database: Database, name: str) -> None:
    """Record that it ended in good order."""
    with database.transaction("remove_presence") as tx:
        tx.do("remove_presence", name=name)


def has_browser(database: Database) -> bool:
    """Whether some worker pool can show pages in a browser."""
    with database.reading() as tx:
        return tx.one(BROWSER_PRESENT) is not None


class WatchedConsumer(Protocol):
    """What a watch looks at: when the loop last heard from the broker, and whether it has room."""

    looked_at: float

    def free(self) -> bool:
        """Whether a child of the pool has nothing to do."""


class Watch:
    """A thread of a worker's main process: says that it is there, ends it when it is of no use."""

    def __init__(
        self,
        url: str,
        kind: str,
        consumer: WatchedConsumer,
        *,
        fetcher: str,
        patience: float,
        browser: bool,
    ) -> None:
        """``fetcher``: of whose pages it takes care, "" for none; then ``patience`` has no end."""
        self._url, self._kind, self._patience, self._browser = url, kind, patience, browser
        self._consumer, self._fetcher = consumer, fetcher
        self._begun = self._taken_at = time.monotonic()
        self._deaf = 0
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def took(self) -> None:
        """Note that a message was taken."""
        self._taken_at = time.monotonic()

    def _run(self) -> None:
        # No connection is kept: the pool's children, forked at any time, must not inherit one.
        database = Database(self._url, keep=0, patience=WORK_PATIENCE)
        name = f"{self._kind}@{identity.me()}"
        while not identity.stopping():
            self.listen()
            try:
                say(database, name, self._kind, browser=self._browser)
                self.judge(database)
            except DatabaseUnavailable:
                self._taken_at = time.monotonic()
            except Exception:
                log.exception("watch_failed")  # and goes on: without it nobody would be seen here
            time.sleep(SAY_EVERY)

    def listen(self) -> None:
        """Kill this process when its loop is deaf."""
        silence = time.monotonic() - max(self._begun, self._consumer.looked_at)
        self._deaf = self._deaf + 1 if silence > DEAF and celery.serves() else 0
        if self._deaf >= CERTAIN:
            log.error("worker_deaf", silence=round(silence))
            # No signal: the first process of a container gets none that it does not handle.
            os._exit(1)

    def judge(self, database: Database) -> None:
        """End this process when it takes nothing, has room and is waited for."""
        idle = time.monotonic() - self._taken_at
        if idle < self._patience or not self._consumer.free():
            return
        if not celery.serves():  # nobody can take anything
            self._taken_at = time.monotonic()
            return
        with database.reading() as tx:
            waiting = tx.one(CLAIMABLE_SINCE, queue=self._fetcher)
        age = waiting.age if waiting else None
        if age is not None and age > self._patience:
            log.error("worker_of_no_use", idle=round(idle), waiting=round(age))
            os.kill(os.getpid(), signal.SIGTERM)
