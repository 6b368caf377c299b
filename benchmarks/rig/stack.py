"""A whole stack, as ``make up`` runs it, with eyes: what its parts use, what Postgres does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
from psycopg2.extras import NamedTupleCursor

from benchmarks.rig.ask import count_statements
from clients.python.gristmill_client import Client
from deploy.local import proc
from deploy.local.home import Home
from deploy.local.ports import free_port
from deploy.local.program import running_stack
from deploy.local.services import embedded

API_KEY = "the-key-of-the-benchmarks"
PARTS = ("web", "worker", "clock", "chrome", "deliver", "database", "broker", "storage")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGESIZE") // 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A worker child: its number, resident memory in MiB, and open files."""

    pid: int
    memory: float
    files: int


class BenchStack:
    """A running stack."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.home = url, home
        self.client = Client(url, API_KEY)
        self.address = Home(home).saved_environment()["DATABASE_URL"]
        self._holder: psycopg2.extensions.connection | None = None
        self._connection = psycopg2.connect(self.address, cursor_factory=NamedTupleCursor)
        self._connection.autocommit = True

    def sql(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def cpu(self) -> dict[str, float]:
        """Return the CPU seconds of each part since it started, with those of ended children."""
        return {part: sum(map(cpu_of, proc.members(self.home, part))) for part in PARTS}

    def whole_cpu(self) -> float:
        """Return the CPU seconds of everything, its supervisor and ended processes included."""
        return sum(map(cpu_of, self._everything()))

    def memory(self) -> float:
        """Return the MiB of everything, shared pages counted once."""
        return sum(map(share_of, self._everything()))

    def _everything(self) -> set[int]:
        seen, found = proc.all_processes(), proc.members(self.home)
        roots = {seen[pid].parent for pid in found if pid in seen}
        return found | {pid for pid in roots if pid > 1} - {os.getpid()}

    def children(self) -> list[Child]:
        """Return the children of the worker pool."""
        pids = proc.members(self.home, "worker")
        seen = proc.all_processes()
        main = {pid for pid in pids if pid in seen and seen[pid].parent not in pids}
        below = sorted(pid for pid in pids if pid in seen and seen[pid].parent in main)
        return [Child(pid=pid, memory=_memory(pid), files=_files(pid)) for pid in below]

    def hold_snapshot(self) -> None:
        """Open a transaction that sees the database as it is now, and leave it open."""
        self._holder = psycopg2.connect(self.address)
        self._holder.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with self._holder.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pages")

    def close(self) -> None:
        """Close the own connections."""
        self._connection.close()
        if self._holder is not None:
            self._holder.close()


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and its ended children; 0 for one that is gone."""
    try:
        text = (proc.PROC / str(pid) / "stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return sum(map(int, text.rpartition(") ")[2].split()[11:15])) / TICKS


def share_of(pid: int) -> float:
    """Return the MiB of a process, of shared pages its share; 0 for one that is gone."""
    try:
        text = (proc.PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:") / 1024


def _memory(pid: int) -> float:
    try:
        text = (proc.PROC / str(pid) / "statm").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return int(text.split()[1]) * PAGE_KIB / 1024


def _files(pid: int) -> int:
    try:
        return sum(1 for _ in (proc.PROC / str(pid) / "fd").iterdir())
    except OSError:
        return 0


@contextmanager
def stack(settings: Mapping[str, str]) -> Iterator[BenchStack]:
    """Run a stack with ``settings`` in a folder of its own; it is gone after the block."""
    with TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        with embedded(home) as services:
            count_statements(services["DATABASE_URL"])
        own = {"GRISTMILL_API_KEY": API_KEY, "RATE_LIMIT": "1000000/second", **settings}
        with running_stack(home, free_port(), own) as url:
            running = BenchStack(url, home)
            running.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            try:
                yield running
            finally:
                running.close()
