"""Reads /proc: which processes belong to a stack, which are stopped, and how to end them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from workers.proc import OVER, PROC, ProcessStat, stat_of

MARK = "GRISTMILL_SUPERVISED"
"""Environment variable that a supervisor gives to what it starts, beside ``GRISTMILL_HOME``.

A user's shell may hold ``GRISTMILL_HOME`` too, and must not be ended with the stack.
"""
PART = "GRISTMILL_PART"
STOPPED = "T"
LOOK_EVERY = 0.05  # seconds between looks while we wait for processes to end


def all_processes() -> dict[int, ProcessStat]:
    """Return every process of this machine by number."""
    return {seen.pid: seen for seen in map(stat_of, _numbers()) if seen is not None}


def _numbers() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())


def tree(root: int, seen: dict[int, ProcessStat]) -> list[ProcessStat]:
    """Return a process and all below it, parents first."""
    found = [seen[root]] if root in seen else []
    for above in found:
        found.extend(one for one in seen.values() if one.parent == above.pid)
    return found


def members(home: Path, part: str = "") -> set[int]:
    """Return the processes that a supervisor of ``home`` started (one part's, or all), and theirs.

    Postgres' children write over their environment, so that they are known by their folder.
    """
    seen = all_processes()
    roots = {pid for pid in seen if _is_marked(pid, home, part)}
    if part in {"", "database"}:
        roots |= {pid for pid in seen if _works_in(pid, home / "postgres")}
    return {one.pid for root in roots for one in tree(root, seen)} - {os.getpid()}


def _is_marked(pid: int, home: Path, part: str) -> bool:
    try:
        environment = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    wanted = {f"{MARK}={home}".encode()} | ({f"{PART}={part}".encode()} if part else set())
    return wanted <= set(environment)


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return (PROC / str(pid) / "cwd").readlink() == folder and (
            (PROC / str(pid) / "comm").read_text(encoding="utf-8").strip() == "postgres"
        )
    except OSError:
        return False


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each process that is still there."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def end(home: Path, part: str = "", *, seconds: float = 5.0) -> int:
    """Kill what is left of a stack or of one part and wait until it is gone; return how many."""
    killed: set[int] = set()
    end_by = time.monotonic() + seconds
    while left := _living(members(home, part)):
        killed |= left
        send(left, signal.SIGKILL)
        if time.monotonic() > end_by:
            break
        time.sleep(LOOK_EVERY)
    return len(killed)


def _living(pids: set[int]) -> set[int]:
    """Leave out zombies: they wait for their parent, and hold nothing."""
    seen = all_processes()
    return {pid for pid in pids if pid in seen and seen[pid].state not in OVER}
