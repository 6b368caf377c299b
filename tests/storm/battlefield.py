"""What a fault can take hold of: the stack's processes, its queues, the lines to its services."""

from __future__ import annotations

import heapq
import itertools
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import redis

from deploy.local import proc
from tests.acceptance.client import RunningStack
from tests.storm.tcp_relay import TcpRelays

LOOK_EVERY = 0.05
POOLS = ("worker", "chrome")


class Battlefield:
    """Where the storm strikes. ``rng`` is the storm's own, so that a seed repeats its choices."""

    def __init__(self, stack: RunningStack, relays: TcpRelays, rng: Random) -> None:
        self.stack, self.relays, self.rng = stack, relays, rng
        self._broker = redis.Redis.from_url(
            stack.environment()["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2
        )
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="undo", daemon=True)
        self._thread.start()

    def mains(self, part: str) -> list[int]:
        """Return a part's main processes."""
        pids, seen = self.stack.pids(part), living()
        return sorted(pid for pid in pids if pid in seen and seen[pid].parent not in pids)

    def children(self, part: str) -> list[int]:
        """Return the direct children of a part's main processes."""
        mains, seen = set(self.mains(part)), living()
        return sorted(one.pid for one in seen.values() if one.parent in mains)

    def named(self, part: str, *words: str) -> list[int]:
        """Return a part's processes whose command line begins with one of ``words``."""
        return sorted(
            pid
            for pid in self.stack.pids(part)
            if any(Path(command_of(pid)).name.startswith(word) for word in words)
        )

    def pick(self, pids: list[int]) -> list[int]:
        """Return one of them, or none if there is none."""
        return [self.rng.choice(pids)] if pids else []

    def broker(self, act: Callable[[redis.Redis], Any]) -> Any:
        """Return what an act on the broker returns; None while it is away."""
        with suppress(redis.RedisError, OSError):
            return act(self._broker)
        return None

    def later(self, seconds: float, undo: Callable[[], None]) -> None:
        """Call ``undo`` after so many seconds, or at the storm's end if that comes first."""
        with self._lock:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._count), undo))

    def wait_undone(self) -> None:
        """Wait until nothing lasts any more."""
        while self._due:
            time.sleep(LOOK_EVERY)

    def _run(self) -> None:
        while not self._end.wait(LOOK_EVERY):
            self._undo(time.monotonic())

    def _undo(self, now: float) -> None:
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > now:
                    return
                undo = heapq.heappop(self._due)[2]
            undo()

    def calm(self) -> None:
        """Undo everything that still waits."""
        self._end.set()
        self._thread.join()
        self._undo(float("inf"))
        for relay in self.relays.values():
            relay.delay(0)
            relay.open()


def living() -> dict[int, proc.ProcessStat]:
    """Return every process but those that were killed and wait for their parent to notice."""
    return {pid: one for pid, one in proc.all_processes().items() if one.state not in proc.OVER}


def command_of(pid: int) -> str:
    """Return the first word of a process' command line, as it may have rewritten it."""
    try:
        text = (proc.PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return text.split(b"\0")[0].decode(errors="replace")


def kill(pids: list[int]) -> list[int]:
    """Kill them at once, as the kernel does when memory is short."""
    proc.send(pids, signal.SIGKILL)
    return pids


def thaw(pid: int, started: str) -> None:
    """Let a process go on that was frozen, if it is still the same."""
    if birth(pid) == started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def birth(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; "" when it is gone."""
    seen = proc.stat_of(pid)
    return "" if seen is None else seen.started
