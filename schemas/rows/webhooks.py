"""Rows of webhooks that are subscribed to."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class WebhookRow(Protocol):
    """A webhook; ``task_id`` None: of every task. ``headers`` are encrypted, "" for none."""

    id: str
    seq: int
    account_id: str
    task_id: str | None
    url: str
    headers: str
    events: list[str]
    created_at: datetime


class SubscriberRow(Protocol):
    """Whom an event of a process is told."""

    id: str
    url: str
    headers: str
