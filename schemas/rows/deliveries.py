"""Rows of deliveries: webhooks and exports."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class DeliveryRow(Protocol):
    """A delivery; an attempt is ``{"at", "status", "ms", "error"}``."""

    id: str
    process_id: str
    kind: str
    event: str
    target: str
    state: str
    attempts: list[dict[str, object]]
    next_attempt_at: datetime
    created_at: datetime


class ResentRow(DeliveryRow, Protocol):
    """A delivery that is to be sent again; ``waits``: it was to leave at once already."""

    waits: bool


class LeasedDeliveryRow(DeliveryRow, Protocol):
    """A delivery that this worker sends; ``slow``: its receiver ran into the timeout last time."""

    host: str
    options: str
    snapshot: str | None
    body: str | None
    attempt_count: int
    lease: str
    slow: bool
    webhook_secret: str


class BodyRow(Protocol):
    """The body that every attempt sends."""

    body: str


class AttemptedRow(Protocol):
    """A delivery after an attempt."""

    id: str
    process_id: str
    event: str
    kind: str
    host: str
    state: str


class ExportStateRow(Protocol):
    """How an export stands."""

    target: str
    state: str
    attempts: list[dict[str, object]]
