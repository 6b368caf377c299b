"""Kill plain Celery as a storm kills, and count what became of its pages.

``python -m benchmarks.plain_celery``; PLAIN_PAGES (300), PLAIN_KILLS (20), PLAIN_SECONDS (170, a
bound for each of the two) and PLAIN_SEED (1) may be set. Pool children, Celery mains and Redis are
killed in the proportion of ``make storm``; Redis writes its append-only file each second.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.plain_celery import app
from benchmarks.plain_celery.bench import Bench
from deploy.local import proc

PAGES = int(os.environ.get("PLAIN_PAGES", "300"))
KILLS = int(os.environ.get("PLAIN_KILLS", "20"))
SECONDS = float(os.environ.get("PLAIN_SECONDS", "170"))
SEED = int(os.environ.get("PLAIN_SEED", "1"))
WEIGHTS = {"child": 8, "main": 3, "broker": 1}
PAUSE = 2.0  # mean seconds between kills
QUIET = 30.0  # seconds without a page after which nothing more is expected


@dataclass(frozen=True, slots=True)
class KillResult:
    """Pages ``lost`` for ever, ``held`` by the broker, ``doubled``, and begun more than once."""

    settings: str
    kills: int
    done: int
    lost: int
    held: int
    doubled: int
    begun_again: int
    seconds: float


def measure(settings: str) -> KillResult:
    """Run all pages under the kills with these settings."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="plain-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder), settings)
        try:
            _send(bench)
            kills = _storm(bench, began)
            _settle(bench, began)
            return _result(bench, settings, kills, began)
        finally:
            bench.close()


def _send(bench: Bench) -> None:
    with app.app.connection_for_write(bench.broker_url) as connection:
        for number in range(PAGES):
            app.app.send_task(
                "plain.page", (number,), task_id=f"page-{number}", connection=connection
            )


def _storm(bench: Bench, began: float) -> int:
    """Deal the kills while there is work; return how many there were."""
    rng, kills = Random(SEED), 0  # noqa: S311 - a repeatable choice, no secret
    while kills < KILLS and len(bench.counted("done")) < PAGES:
        time.sleep(PAUSE * (0.3 + 1.4 * rng.random()))
        if time.monotonic() - began > SECONDS / 2:
            break
        kind = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        victims = {
            "child": bench.children()[:1],
            "main": [bench.worker.pid],
            "broker": [bench.broker.pid],
        }[kind]
        proc.send(victims, signal.SIGKILL)
        kills += len(victims)
    return kills


def _settle(bench: Bench, began: float) -> None:
    """Wait until all is done, or nothing happens any more."""
    last, since = -1, time.monotonic()
    while time.monotonic() - began < SECONDS and time.monotonic() - since < QUIET:
        done = len(bench.counted("done"))
        if done == PAGES:
            return
        if done != last:
            last, since = done, time.monotonic()
        time.sleep(1)


def _result(bench: Bench, settings: str, kills: int, began: float) -> KillResult:
    done, begun = bench.counted("done"), bench.counted("begun")
    missing = set(range(PAGES)) - set(done)
    held = missing & bench.in_broker()
    return KillResult(
        settings=settings,
        kills=kills,
        done=len(done),
        lost=len(missing - held),
        held=len(held),
        doubled=sum(count > 1 for count in done.values()),
        begun_again=sum(count > 1 for count in begun.values()),
        seconds=time.monotonic() - began,
    )


def main() -> None:
    """Measure both and print a table."""
    head = "| settings | kills | pages | done | lost | held | done twice | begun twice | seconds |"
    sys.stdout.write(f"{head}\n|{' --- |' * 9}\n")
    for settings in app.SETTINGS:
        one = measure(settings)
        cells = (one.settings, one.kills, PAGES, one.done, one.lost, one.held, one.doubled)
        row = " | ".join(map(str, (*cells, one.begun_again, f"{one.seconds:.0f}")))
        sys.stdout.write(f"| {row} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
