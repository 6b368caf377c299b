"""How many processes, open files and connections a stack has: after a storm, as many as before."""

from __future__ import annotations

import time
from collections.abc import Callable

from deploy.local import proc
from tests.acceptance.client import RunningStack
from tests.storm.invariant_checks import Breach

PARTS = ("web", "worker", "chrome", "deliver", "clock", "broker", "storage")
SETTLE_SECONDS = 60.0
FILES_MORE = 20  # files a part may have open beyond what it had: connections it keeps for later
LINES_MORE = 12  # connections that pools may keep open beyond those of a quiet start


def fleet(stack: RunningStack) -> dict[str, int]:
    """Return the processes and open files of each part, and the connections to Postgres."""
    counts: dict[str, int] = {}
    for part in PARTS:
        pids = stack.pids(part)
        counts[f"{part} processes"] = len(pids)
        counts[f"{part} files"] = sum(map(files_of, pids))
    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    counts["connections"] = stack.rows(query)[0][0]
    return counts


def files_of(pid: int) -> int:
    """Return how many files a process has open; 0 for one that is gone."""
    try:
        return sum(1 for _ in (proc.PROC / str(pid) / "fd").iterdir())
    except OSError:
        return 0


def beyond(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """Return what there is more of than there was."""
    room = {"files": FILES_MORE, "connections": LINES_MORE, "processes": 0}
    return [
        f"{name}: {before[name]} before, {count} now"
        for name, count in now.items()
        if count > before[name] + room[name.rsplit(" ", maxsplit=1)[-1]]
    ]


def settled(stack: RunningStack, before: dict[str, int]) -> Breach:
    """Wait until there is no more of anything than there was before; returns what is."""
    end_by = time.monotonic() + SETTLE_SECONDS
    while (more := beyond(before, fleet(stack))) and time.monotonic() < end_by:
        time.sleep(1)
    return Breach(len(before), more)


def wait(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; False when it does not in time."""
    end_by = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end_by:
            return False
        time.sleep(1)
    return True
