"""Ways to hurt a running stack, for as long as a test wants."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.local import proc
from tests.acceptance.client import RunningStack, eventually

STRIKE_EVERY = 0.02  # seconds: less than any service takes to listen


def mains_of(stack: RunningStack, part: str) -> set[int]:
    """Return the main processes of a part that are there now: none while it is started again."""
    pids, seen = stack.pids(part), proc.all_processes()
    return {pid for pid in pids if pid in seen and seen[pid].parent not in pids}


def main_of(stack: RunningStack, part: str) -> int:
    """Return the number of a part's main process, waiting for one that is started again."""
    found: list[int] = []

    def there() -> list[int]:
        found[:] = sorted(mains_of(stack, part))
        return found

    eventually(there)
    return found[0]


def holders(stack: RunningStack, process: str) -> set[int]:
    """Return the pool children that have a slice at the process, as its slices name them."""
    rows = stack.rows("SELECT worker FROM slices WHERE process_id = %s", process)
    return {int(worker.split("|")[1]) for (worker,) in rows}


def kill_children(stack: RunningStack, process: str) -> None:
    """Kill who works on the process."""
    proc.send(holders(stack, process), signal.SIGKILL)


def freeze_children(stack: RunningStack, process: str) -> None:
    """Freeze who works on the process."""
    proc.send(holders(stack, process), signal.SIGSTOP)


def kill_main(part: str) -> Callable[[RunningStack, str], None]:
    """Return what kills the main process of a part."""
    return lambda stack, _: os.kill(main_of(stack, part), signal.SIGKILL)


def kill_everything(stack: RunningStack, _: str) -> None:
    """Kill every process of the stack but its supervisor."""
    proc.send(stack.pids(""), signal.SIGKILL)


@contextmanager
def _struck(stack: RunningStack, part: str, number: signal.Signals) -> Iterator[None]:
    """Send a signal to a part, and to whatever the supervisor starts in its place."""
    ended = threading.Event()

    def strike() -> None:
        while not ended.wait(STRIKE_EVERY):
            proc.send(stack.pids(part), number)

    proc.send(stack.pids(part), number)
    thread = threading.Thread(target=strike, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def down(stack: RunningStack, part: str) -> Iterator[None]:
    """Keep a part from serving: whenever the supervisor starts it again, it is killed."""
    with _struck(stack, part, signal.SIGKILL):
        yield


@contextmanager
def frozen(stack: RunningStack, part: str) -> Iterator[None]:
    """Stop every process of a part, also of the ones that the supervisor replaces it with."""
    try:
        with _struck(stack, part, signal.SIGSTOP):
            yield
    finally:
        proc.send(stack.pids(part), signal.SIGCONT)


OUTAGES = {"down": down, "frozen": frozen}
