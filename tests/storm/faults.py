"""The faults: each a function that strikes once, and one line in ``FAULTS``.

A fault gets the field and returns what it hit, in words or as process numbers; nothing when there
was nothing to hit (no Chromium is up, no message waits). It strikes at once and returns; what lasts
is undone by ``field.later``. It chooses with ``field.rng`` alone.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from deploy.local import proc
from tests.storm.battlefield import POOLS, Battlefield, birth, kill, thaw

Strike = Callable[[Battlefield], Sequence[object]]
LONGEST_FREEZE, SHORTEST_FREEZE = 60.0, 3.0  # seconds
LONGEST_HOLE = 12.0  # seconds
LONGEST_DELAY = 0.4  # seconds a piece of bytes is held
SLOW_SECONDS = 6.0  # seconds for which a line is slow
LATEST = 20.0  # seconds a message may be late
LURKS = 1  # seconds to wait for a message
QUEUES = ("fresh", "crawl", "publish", "chrome", "deliver")


@dataclass(frozen=True)
class StormFault:
    """``weight``: how often it strikes beside the others; ``service``: what has to come back."""

    strike: Strike
    weight: int = 1
    kills: bool = False
    service: str = ""


def pool_child(field: Battlefield) -> list[int]:
    """Kill a child of a pool: mostly of the crawl pool, which has more of them."""
    return kill(field.pick([pid for pool in POOLS for pid in field.children(pool)]))


def celery_main(field: Battlefield) -> list[int]:
    """Kill a Celery main: of the crawlers, of the browsers, or of the deliverers."""
    return kill(field.pick([pid for pool in (*POOLS, "deliver") for pid in field.mains(pool)]))


def gunicorn(field: Battlefield) -> list[int]:
    """Kill gunicorn's master or one of its workers."""
    return kill(field.pick([*field.mains("web"), *field.children("web")]))


def main_of(part: str) -> Strike:
    """Return what kills the main process of a part."""
    return lambda field: kill(field.pick(field.mains(part)))


def backend(field: Battlefield) -> list[int]:
    """Kill a backend: Postgres then ends all the others and recovers from its log."""
    return kill(field.pick(field.named("database", "postgres: gristmill")))


def chromium(field: Battlefield) -> list[int]:
    """Kill a process of Chromium: the browser itself, a renderer, or a helper."""
    return kill(field.pick(field.named("chrome", "chrom", "headless")))


def freeze(*, mains: bool, longest: float) -> Strike:
    """Return what freezes a child or a main of a pool; short freezes are more frequent."""

    def strike(field: Battlefield) -> list[int]:
        of = field.mains if mains else field.children
        chosen = field.pick([pid for pool in POOLS for pid in of(pool)])
        seconds = SHORTEST_FREEZE + (longest - SHORTEST_FREEZE) * field.rng.random() ** 3
        undo = [partial(thaw, pid, birth(pid)) for pid in chosen]
        proc.send(chosen, signal.SIGSTOP)
        for one in undo:
            field.later(seconds, one)
        return chosen

    return strike


def wipe(field: Battlefield) -> list[str]:
    """Wipe Redis, messages and all."""
    return ["all keys"] if field.broker(lambda broker: broker.flushall()) else []


def drop(field: Battlefield) -> list[str]:
    """Lose a message."""
    return [queue for queue, _ in _taken(field)]


def double(field: Battlefield) -> list[str]:
    """Send a message twice."""
    return [queue for queue, message in _taken(field) if _put_back(field, queue, message, message)]


def delay(field: Battlefield) -> list[str]:
    """Take a message out of its queue and put it back much later."""
    late = 1 + field.rng.random() * LATEST
    found = _taken(field)
    for queue, message in found:
        field.later(late, partial(_put_back, field, queue, message))
    return [queue for queue, _ in found]


def _taken(field: Battlefield) -> list[tuple[str, bytes]]:
    """Take the next message of any queue, with the queue's name; the workers wait for it, too."""
    queues = field.rng.sample(QUEUES, len(QUEUES))
    found = field.broker(lambda broker: broker.brpop(queues, timeout=LURKS))
    return [(found[0].decode(), found[1])] if found else []


def _put_back(field: Battlefield, queue: str, *messages: bytes) -> object:
    return field.broker(lambda broker: broker.rpush(queue, *messages))


def cut(service: str) -> Strike:
    """Return what resets every connection to a service."""

    def strike(field: Battlefield) -> list[str]:
        field.relays[service].cut()
        return [service]

    return strike


def slow(service: str) -> Strike:
    """Return what makes every exchange with a service slow for a while."""

    def strike(field: Battlefield) -> list[str]:
        field.relays[service].delay(0.05 + LONGEST_DELAY * field.rng.random())
        field.later(SLOW_SECONDS, lambda: field.relays[service].delay(0))
        return [service]

    return strike


def hole(service: str) -> Strike:
    """Return what swallows all that passes; of two such lines one is never heard of again."""

    def strike(field: Battlefield) -> list[str]:
        seconds, lose = 1 + LONGEST_HOLE * field.rng.random() ** 2, field.rng.random() < 1 / 2
        field.relays[service].close()
        field.later(seconds, lambda: field.relays[service].open(lose=lose))
        return [service]

    return strike


FAULTS: dict[str, StormFault] = {
    "pool child killed": StormFault(pool_child, weight=10, kills=True),
    "Celery main killed": StormFault(celery_main, weight=3, kills=True),
    "gunicorn killed": StormFault(gunicorn, weight=3, kills=True, service="web"),
    "clock killed": StormFault(main_of("clock"), weight=3, kills=True),
    "Redis killed": StormFault(main_of("broker"), weight=2, kills=True, service="broker"),
    "Postgres backend killed": StormFault(backend, kills=True, service="database"),
    "postmaster killed": StormFault(main_of("database"), kills=True, service="database"),
    "S3 server killed": StormFault(main_of("storage"), weight=2, kills=True, service="storage"),
    "Chromium killed": StormFault(chromium, weight=3, kills=True),
    "pool child frozen": StormFault(freeze(mains=False, longest=LONGEST_FREEZE)),
    "Celery main frozen": StormFault(freeze(mains=True, longest=20.0)),
    "Redis wiped": StormFault(wipe),
    "message dropped": StormFault(drop),
    "message doubled": StormFault(double),
    "message delayed": StormFault(delay),
    "Postgres lines cut": StormFault(cut("database"), service="database"),
    "Redis lines cut": StormFault(cut("broker"), service="broker"),
    "S3 lines cut": StormFault(cut("storage"), service="storage"),
    "Postgres lines slow": StormFault(slow("database")),
    "Redis lines slow": StormFault(slow("broker")),
    "S3 lines slow": StormFault(slow("storage")),
    "Postgres lines black-holed": StormFault(hole("database"), service="database"),
    "Redis lines black-holed": StormFault(hole("broker"), service="broker"),
    "S3 lines black-holed": StormFault(hole("storage"), service="storage"),
}
