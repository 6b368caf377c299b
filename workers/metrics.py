"""Numbers for people who watch the service: what workers counted, and how things stand in Postgres.

A worker lives for seconds and anywhere, so it adds what it counted to a table (``Metrics.flush``)
instead of keeping it; the rest is read from the tables when somebody asks (``collect``).
"""

from __future__ import annotations

import json
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from schemas.rows.upkeep import MetricRow
from workers.db import Database, Transaction
from workers.db.named import (
    ALL_METRICS,
    METRIC_DELIVERIES,
    METRIC_PAGES,
    METRIC_PROCESSES,
    METRIC_QUEUE_AGES,
    METRIC_SLICES,
)
from workers.errors import DatabaseUnavailable

Kind = Literal["counter", "gauge", "histogram"]
Labels = Mapping[str, str]

COUNTERS = {
    "gristmill_pages": "Pages that workers finished, by verdict.",
    "gristmill_deliveries": "Attempts at webhooks and exports, by kind and outcome.",
}
"""Counters by name, without ``_total``."""

_SECONDS = (0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
_PAGES = (1.0, 4.0, 16.0, 64.0, 256.0)
HISTOGRAMS: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "gristmill_slice_seconds": ("Time that a slice took.", _SECONDS),
    "gristmill_claim_seconds": ("Time that a claim took.", _SECONDS),
    "gristmill_commit_seconds": ("Time that a commit took.", _SECONDS),
    "gristmill_commit_pages": ("Pages in a commit.", _PAGES),
    "gristmill_host_wait_seconds": ("Time that pages waited for their host.", _SECONDS),
}
"""Histograms by name, with the upper bounds of their buckets; without a line here, one bucket."""

_INFINITY = "+Inf"
_SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One metric with its samples: labels → value. A histogram's labels hold ``le`` or ``sum``."""

    name: str
    description: str
    kind: Kind = "gauge"
    samples: tuple[tuple[Labels, float], ...] = ()


class Metrics:
    """What one slice counted and measured. One owner, one thread."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], float] = defaultdict(float)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count ``amount`` more of the counter ``name`` (with or without ``_total``)."""
        self._values[name.removesuffix("_total"), _text(labels)] += amount

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Note one value of the histogram ``name``, in its unit."""
        _, bounds = HISTOGRAMS.get(name, ("", ()))
        place = bisect_left(bounds, value)
        bound = str(bounds[place]) if place < len(bounds) else _INFINITY
        self._values[name, _text({**labels, "le": bound})] += 1
        self._values[name, _text({**labels, "le": _SUM})] += value

    @contextmanager
    def timed(self, name: str, **labels: str) -> Iterator[None]:
        """Note how many seconds the block took, also when it fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.observe(name, time.monotonic() - began, **labels)

    def flush(self, database: Database) -> None:
        """Add it all to the table and begin again; kept for the next time when Postgres is away.

        Sorted, so that two workers never wait for each other in a ring.
        """
        rows = [(name, labels, value) for (name, labels), value in sorted(self._values.items())]
        with suppress(DatabaseUnavailable):
            with database.transaction("flush_metrics") as tx:
                tx.async_commit()  # every worker adds to the same rows: none waits for a disk there
                tx.many("add_metrics", rows)
            self._values.clear()


def _text(labels: Labels) -> str:
    return json.dumps(labels, sort_keys=True) if labels else ""


def collect(database: Database) -> list[Family]:
    """Return every metric as it stands; raises ``DatabaseUnavailable``."""
    with database.reading() as tx:
        return [*_counted(tx.all(ALL_METRICS)), *_standing(tx)]


def _counted(rows: Iterable[MetricRow]) -> list[Family]:
    """Return what workers counted; names that we know are there from the start, at nothing."""
    found: dict[str, list[tuple[Labels, float]]] = {name: [] for name in (*COUNTERS, *HISTOGRAMS)}
    for row in rows:
        found.setdefault(row.name, []).append((json.loads(row.labels or "{}"), row.value))
    return [_told(name, tuple(samples)) for name, samples in found.items()]


def _told(name: str, samples: tuple[tuple[Labels, float], ...]) -> Family:
    text, _ = HISTOGRAMS.get(name, (COUNTERS.get(name, name), ()))
    measured = name in HISTOGRAMS or any("le" in labels for labels, _ in samples)
    kind: Kind = "histogram" if measured else "counter"
    return Family(name=name, description=text, kind=kind, samples=samples)


def _standing(tx: Transaction) -> list[Family]:
    """Return how things stand now."""
    return [*_kept(tx), *_under_way(tx)]


def _kept(tx: Transaction) -> list[Family]:
    pages = tx.the(METRIC_PAGES)
    return [
        _family(
            "gristmill_processes",
            "Processes that are kept, by state.",
            {row.state: row.n for row in tx.all(METRIC_PROCESSES)},
            "state",
        ),
        _family(
            "gristmill_kept_pages",
            "Pages of the processes that are kept, by how they ended or open.",
            {
                "ok": pages.ok,
                "empty": pages.empty,
                "blocked": pages.blocked,
                "failed": pages.failed,
                "open": pages.open,
            },
            "outcome",
        ),
    ]


def _under_way(tx: Transaction) -> list[Family]:
    slices = tx.all(METRIC_SLICES)
    due = tx.the(METRIC_DELIVERIES)
    return [
        _family(
            "gristmill_queue_age_seconds",
            "How long the oldest work has waited for a worker.",
            {row.queue: row.age for row in tx.all(METRIC_QUEUE_AGES)},
            "queue",
        ),
        _family(
            "gristmill_open_slices",
            "Slices that are open.",
            {row.queue: row.n for row in slices},
            "queue",
        ),
        _family(
            "gristmill_heartbeat_age_seconds",
            "Age of the oldest heartbeat among them.",
            {row.queue: row.heartbeat for row in slices},
            "queue",
        ),
        Family(
            name="gristmill_deliveries_due",
            description="Webhooks and exports that should leave now.",
            samples=(({}, due.due),),
        ),
    ]


def _family(name: str, description: str, values: Mapping[str, float], label: str) -> Family:
    return Family(
        name=name,
        description=description,
        samples=tuple(({label: key}, value) for key, value in sorted(values.items())),
    )
