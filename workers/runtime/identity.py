"""Who this worker child is, whether it still lives, and whether it was asked to end."""

from __future__ import annotations

import os
import resource
import socket
from contextlib import suppress
from ctypes import c_bool
from functools import cache
from multiprocessing.sharedctypes import RawValue
from pathlib import Path

from workers import proc

MEMORY_LIMIT = 3 * 1024**3  # bytes of address space of a crawl child: the cage around parsers

_stopping = RawValue(c_bool, False)  # noqa: FBT003 - a value in memory that is shared
"""A plain byte: an `Event` has a lock, which a child that is killed would hold for ever."""


def stop() -> None:
    """Say in the main process that it is asked to end; its children, forked from it, see it."""
    _stopping.value = True


def stopping() -> bool:
    """Whether this pool was asked to end."""
    return bool(_stopping.value)


@cache
def host() -> str:
    """Return a name for the set of processes that can see each other's numbers."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()}/{space}"


def _started(pid: int) -> str | None:
    """Return when a process started, in the kernel's ticks; None when it is gone or a zombie."""
    seen = proc.stat_of(pid)
    return None if seen is None or seen.state in proc.OVER else seen.started


def me() -> str:
    """Return this process' name: host, number, and start, for numbers are used again."""
    return f"{host()}|{os.getpid()}|{_started(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Whether a worker is known to be gone; only processes of this host can be known."""
    where, pid, started = worker.split("|")
    return where == host() and _started(int(pid)) != started


def stand_back(nice: int) -> None:
    """Let calls, the database and the broker go first where all share a machine's cores.

    Linux may share the cores between sessions before it looks at the niceness within one; so a pool
    that has a session to itself, as under a supervisor, says it for the session too.
    """
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    if os.getsid(0) == os.getppid():
        with suppress(OSError):  # a kernel without such groups has nothing to tell
            Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")


def cage() -> None:
    """Bound this child's memory, so that one page can't take the machine down."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
