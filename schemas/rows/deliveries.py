"""Rows of deliveries: webhooks and exports."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class DeliveryRow(Protocol):
    """A delivery; an attempt is ``{"at", "status", "ms", "error"}``.

    ``webhook_id``: the webhook that is subscribed to; None: the task's or the run's, or an export.
    """

    id: str
    process_id: str
    kind: str
    event: str
    target: str
    webhook_id: str | None
    state: str
    attempts: list[dict[str, object]]
    next_attempt_at: datetime
    created_at: datetime


class ResentRow(DeliveryRow, Protocol):
    """A delivery that is to be sent again; ``waits``: it was to leave at once already."""

    waits: bool


class LeasedDeliveryRow(DeliveryRow, Protocol):
    """A delivery that this worker sends; ``slow``: its receiver ran into the timeout last time.

    ``unsubscribed``: the webhook that it is for was removed meanwhile.
    """

    host: str
    options: str
    snapshot: str | None
    body: str | None
    attempt_count: int
    lease: str
    slow: bool
    unsubscribed: bool
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
