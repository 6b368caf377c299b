"""Reads what Linux says of a process in ``/proc/<pid>/stat`` (proc(5))."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
OVER = frozenset({"Z", "X"})
"""The states of a process that has ended: it waits for its parent, and holds nothing."""


@dataclass(frozen=True, slots=True)
class ProcessStat:
    """A process as it was seen: its state's letter, parent, group, and start in kernel's ticks.

    A number is used again, but not with the same start.
    """

    pid: int
    state: str
    parent: int
    group: int
    started: str


def stat_of(pid: int) -> ProcessStat | None:
    """Return what is known of a process; None when there is none of this number."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The program's name comes before, in parentheses, and may hold anything.
    fields = text.rpartition(") ")[2].split()
    return ProcessStat(pid, fields[0], int(fields[1]), int(fields[2]), fields[19])
