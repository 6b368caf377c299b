"""Rows for those who look after the service: its metrics, the doctor, the watch of a worker."""

from __future__ import annotations

from typing import Protocol


class MetricRow(Protocol):
    """What workers counted; ``labels`` is JSON, or empty for none."""

    name: str
    labels: str
    value: float


class StateMetricRow(Protocol):
    """How many processes are in a state."""

    state: str
    n: float


class PagesMetricRow(Protocol):
    """How the pages of all processes ended."""

    ok: float
    empty: float
    blocked: float
    failed: float
    open: float


class QueueAgeRow(Protocol):
    """How long the oldest work of a kind has waited."""

    queue: str
    age: float


class SliceMetricRow(Protocol):
    """How many slices of a queue are open, and the age of their oldest heartbeat."""

    queue: str
    n: float
    heartbeat: float


class DueMetricRow(Protocol):
    """How many deliveries should leave now."""

    due: float


class WaitingRow(Protocol):
    """For how long the oldest process has waited for a worker; null where none does."""

    age: float | None


class ServerRow(Protocol):
    """Which Postgres this is, what its clock says (Unix seconds), and whether it was migrated."""

    version: int
    now: float
    migrated: bool


class MigrationRow(Protocol):
    """A migration that was applied."""

    name: str


class FunctionRow(Protocol):
    """A function of ours as it stands."""

    name: str
    checksum: str


class PresenceRow(Protocol):
    """Who was seen lately, and how long ago."""

    name: str
    kind: str
    browser: bool
    age: float
