"""Measures a browser's memory (Linux) and ends what grew too big."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from workers.fetchers.chrome.browser import Browser
from workers.proc import PROC, stat_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLimits:
    """When a browser is replaced. Sizes are bytes of private memory."""

    pages: int = 500
    age: float = 1800.0
    idle: float = 120.0
    memory: int = 1_500_000_000
    page_memory: int = 1_500_000_000


PAGE = os.sysconf("SC_PAGE_SIZE")


def members(group: int) -> Iterator[tuple[int, int]]:
    """Yield process id and private bytes of every process in ``group``."""
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        seen = stat_of(int(folder.name))
        with contextlib.suppress(OSError, ValueError):
            if seen is not None and seen.group == group:
                _, resident, shared = (folder / "statm").read_text().split()[:3]
                yield int(folder.name), (int(resident) - int(shared)) * PAGE


def _is_page(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"--type=renderer" in (PROC / str(pid) / "cmdline").read_bytes()
    return False


def watch(browser: Browser, limits: MemoryLimits) -> None:
    """Kill a page's process above its limit; retire a browser above its own.

    The page then counts as crashed, which costs it one attempt and its neighbours nothing.
    """
    group = browser.launched.minder.pid()
    if group is None:
        return
    sizes = dict(members(group))
    for pid in [pid for pid, size in sizes.items() if size > limits.page_memory and _is_page(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        del sizes[pid]
    if sum(sizes.values()) > limits.memory:
        browser.retire()
