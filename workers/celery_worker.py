"""The programs `worker`, `chrome` and `deliver`: Celery's worker, led by our settings alone.

Celery's own command reads an option from every variable that begins with ``CELERY_``, before it
has loaded anything of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from workers.program import begin
from workers.settings import ProgramSettings, SettingsError, program_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerKind:
    """One kind of worker: its queues, its name at the broker, and the setting of its size."""

    queues: tuple[str, ...]
    name: str
    size: str
    pool: str = "prefork"


KINDS: Mapping[str, WorkerKind] = {
    "worker": WorkerKind(
        queues=("fresh", "crawl", "publish"), name="crawl", size="gristmill_workers"
    ),
    "chrome": WorkerKind(queues=("chrome",), name="chrome", size="gristmill_chrome_workers"),
    "deliver": WorkerKind(
        queues=("deliver",), name="deliver", size="gristmill_deliver_threads", pool="threads"
    ),
}
"""The programs of the Procfile that take jobs."""

OWN = {
    "REMAP_SIGTERM": "SIGQUIT",  # children are deaf to SIGTERM: a job gets its grace
    "CELERY_WORKER_REVOKES_MAX": "2000",
}
"""What Celery takes from the environment alone; read when it is imported."""


def options(kind: WorkerKind, sizes: ProgramSettings) -> list[str]:
    """Return the words of Celery's command line."""
    return [
        "--app", "workers.celery", "worker",
        "--queues", ",".join(kind.queues), "--hostname", f"{kind.name}@%h",
        "--pool", kind.pool, "--concurrency", str(getattr(sizes, kind.size) or cores()),
        "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING",
    ]  # fmt: skip


def cores() -> int:
    """Return how many processors this program may use."""
    return len(os.sched_getaffinity(0))


def main(program: str) -> None:
    """Run the worker that the Procfile calls ``program`` until it is asked to end."""
    begin()
    os.environ.update(OWN)
    try:
        from celery.bin.celery import celery  # noqa: PLC0415 - reads the environment

        import workers.celery  # noqa: F401, PLC0415 - as above, and Celery wraps its errors in pages
    except SettingsError as error:
        sys.exit(f"error: {error}")
    celery.main(args=options(KINDS[program], program_settings()), prog_name="celery")


if __name__ == "__main__":
    main(sys.argv[1])
