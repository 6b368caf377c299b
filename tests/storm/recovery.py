"""Watches commits: how long after a blow the next one came, of its process or of any."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import redis
import requests

from tests.acceptance.client import RunningStack
from tests.invariants import ENDED
from tests.storm.event_log import EventLog
from tests.storm.outages import Outage, away
from tests.storm.stack import led, ports_of
from tests.storm.tcp_relay import TcpRelays
from workers.db.patience import patient

LOOK_EVERY = 0.1  # seconds
ORPHANED = 1.5  # seconds
ANY = ""  # whose commit a blow to a service waits for: any process'
GIVE_UP = 90.0  # seconds after which a service counts as gone for good
PROGRESS = """
SELECT id, state, publish_due, response_count + failed_count + empty_count + blocked_count, cost,
    page_count, publish_attempts FROM processes
WHERE state NOT IN ('finished', 'canceled', 'failed') OR finished_at > now() - interval '60 s'
"""
HOLDERS = "SELECT split_part(worker, '|', 2)::int, process_id FROM slices"


@dataclass(frozen=True)
class Blow:
    """A blow to a process' worker ("": to a service), and how many looks there were before it."""

    kind: str
    process: str
    looks: int
    at: float = field(default_factory=time.monotonic)


class Recovery:
    """``after[kind]`` are the seconds from a blow to the next commit it had to wait for.

    ``served[kind]`` are those of them in which Postgres, Redis and S3 were there.
    """

    def __init__(self, stack: RunningStack, relays: TcpRelays, events: EventLog) -> None:
        self.events, self._environment = events, stack.environment()
        self._led = {**led(self._environment, ports_of(relays)), "WEB": f"{stack.url}/healthz"}
        self.after: dict[str, list[float]] = defaultdict(list)
        self.served: dict[str, list[float]] = defaultdict(list)
        self._outages: list[Outage] = []
        self._known: dict[str, tuple[Any, ...]] = {}
        self.holders: dict[int, str] = {}
        self._waiting: list[Blow] = []
        self._returning: list[threading.Thread] = []
        self.dark: list[tuple[float, float]] = []
        self._looks = 0
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)
        self._thread.start()

    def struck(self, kind: str, pids: Iterable[int]) -> None:
        """A worker was hit: wait for the next commit of the processes it had a slice at."""
        with self._lock:
            hit = {self.holders[pid] for pid in pids if pid in self.holders}
            self._waiting += [Blow(kind, process, self._looks) for process in hit]

    def lost(self, kind: str, service: str) -> None:
        """A service was hit: wait until it answers, and then for the next commit of anybody."""
        outage = Outage()
        thread = threading.Thread(target=self._return, args=(kind, service, outage), daemon=True)
        self._returning = [*filter(threading.Thread.is_alive, self._returning), thread]
        thread.start()

    def wait_over(self) -> None:
        """Wait until all that was hit is back and has gone on."""
        end_by = time.monotonic() + GIVE_UP
        for thread in self._returning:
            thread.join(max(0.0, end_by - time.monotonic()))
        while self._waiting and time.monotonic() < end_by:
            time.sleep(LOOK_EVERY)

    def _return(self, kind: str, service: str, outage: Outage) -> None:
        if service != "web":
            self._outages.append(outage)
        end_by = outage.began + GIVE_UP
        # What is left of a gunicorn without its master may answer once more.
        time.sleep(ORPHANED if service == "web" else LOOK_EVERY)
        while not answers(service, self._led):
            if time.monotonic() > end_by:
                return
            time.sleep(LOOK_EVERY)
        outage.over()
        self.events.note("answers again", kind, service)
        if service == "web":
            self.dark.append((outage.began, outage.ended))
            return
        with self._lock:
            self._waiting.append(Blow(kind, ANY, self._looks))

    def stop(self) -> None:
        """End; blows that nothing followed are left out, for nothing had to follow."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(LOOK_EVERY):
            with suppress(psycopg2.Error), closing(self._connect()) as connection:
                connection.autocommit = True
                while not self._end.wait(LOOK_EVERY):
                    self._look(connection)

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            self._environment["DATABASE_URL"], connect_timeout=2, application_name="watch"
        )

    def _look(self, connection: psycopg2.extensions.connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute(HOLDERS)
            holders = dict(cursor.fetchall())
            cursor.execute(PROGRESS)
            now = {row[0]: row[1:] for row in cursor.fetchall()}
        moved = {name for name, row in now.items() if self._known.get(name, row) != row}
        # Nothing had to follow where a process ended before the first look after the blow, nor
        # where none is at work.
        ended = {name for name, row in now.items() if row[0] in ENDED and not row[1]} - moved
        if not moved and len(ended) == len(now):
            ended.add(ANY)
        self._known = now
        with self._lock:
            self.holders = holders
            self._looks += 1
            self._waiting = [
                blow
                for blow in self._waiting
                if blow.process not in ended and not self._over(blow, moved)
            ]

    def _over(self, blow: Blow, moved: set[str]) -> bool:
        """Whether its commit came; one that the first look finds may be older than the blow."""
        if self._looks <= blow.looks + 1 or not moved:
            return False
        if blow.process and blow.process not in moved:
            return False
        now = time.monotonic()
        seconds = now - blow.at
        served = seconds - away(self._outages, blow.at, now)
        self.after[blow.kind].append(seconds)
        self.served[blow.kind].append(served)
        self.events.note("went on", blow.kind, blow.process, f"{seconds:.1f} s", f"{served:.1f} s")
        return True


def answers(service: str, environment: dict[str, str]) -> bool:
    """Whether a service answers one who asks it as the stack's programs do."""
    ask: dict[str, Callable[[], object]] = {
        "database": lambda: psycopg2.connect(
            environment["DATABASE_URL"], connection_factory=patient(2)
        ).close(),
        "broker": lambda: redis.Redis.from_url(environment["REDIS_URL"], socket_timeout=2).ping(),
        "storage": lambda: requests.get(environment["S3_ENDPOINT"], timeout=2),
        "web": lambda: requests.get(environment["WEB"], timeout=2).raise_for_status(),
    }
    try:
        ask[service]()
    except (psycopg2.Error, redis.RedisError, requests.RequestException, OSError):
        return False
    return True
