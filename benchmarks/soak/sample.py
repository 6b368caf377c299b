"""What is looked at every few seconds: memory, open files, connections, keys, and tables."""

from __future__ import annotations

from pathlib import Path

import redis

from benchmarks.rig.stack import BenchStack
from deploy.local import proc

PARTS = ("web", "worker", "chrome", "deliver", "clock", "database", "broker", "storage")
TABLES = """
SELECT sum(pg_total_relation_size(relid)) FILTER (WHERE relname <> 'ledger') / 1024.0 AS tables,
    sum(n_dead_tup) AS dead, sum(n_live_tup) FILTER (WHERE relname <> 'ledger') AS live,
    sum(pg_total_relation_size(relid)) FILTER (WHERE relname = 'ledger') / 1024.0 AS ledger
FROM pg_stat_user_tables
"""
LINES = "SELECT count(*) AS count FROM pg_stat_activity WHERE backend_type = 'client backend'"


def sample(stack: BenchStack, broker: redis.Redis, home: Path) -> dict[str, float]:
    """Return everything that is measured, once. Memory and tables are in MiB."""
    found: dict[str, float] = {}
    for part in PARTS:
        pids = proc.members(home, part)
        found[f"memory {part}"] = sum(_memory(pid, own=part == "database") for pid in pids) / 1024
        if part != "database":
            found[f"files {part}"] = sum(map(_files, pids))
    row = stack.sql(TABLES)[0]
    found["tables"], found["dead tuples"] = float(row.tables) / 1024, float(row.dead)
    found["live tuples"], found["ledger"] = float(row.live), float(row.ledger) / 1024
    found["connections"] = float(stack.sql(LINES)[0].count)
    found["Redis keys"] = float(str(broker.dbsize()))
    found["Redis MiB"] = float(broker.info("memory")["used_memory"]) / 2**20  # type: ignore[index]
    return found


def _memory(pid: int, *, own: bool) -> float:
    """Return a process' resident KiB that no file holds, of shared pages its share.

    Pages of files are shared with whatever else runs from them on this machine, so that a share of
    them says more of others. ``own`` leaves out shared memory: Postgres' buffers fill up once.
    """
    try:
        text = (proc.PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    sizes = {line.split(":")[0]: line.split()[1] for line in text.splitlines()[1:]}
    return float(sizes["Pss_Anon"]) + (0 if own else float(sizes["Pss_Shmem"]))


def _files(pid: int) -> int:
    try:
        return sum(1 for _ in (proc.PROC / str(pid) / "fd").iterdir())
    except OSError:
        return 0
