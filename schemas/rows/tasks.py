"""Rows of tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class TaskRow(Protocol):
    """A task. ``payload`` is JSON as it was sent; ``exports`` are encrypted, one text each."""

    id: str
    seq: int
    account_id: str
    name: str
    description: str
    webhook: str
    webhook_headers: str
    payload: object
    exports: list[str]
    created_at: datetime
    updated_at: datetime


class RunnableTaskRow(Protocol):
    """A task that is about to be run."""

    id: str
    name: str
    payload: object


class TargetsRow(Protocol):
    """Where the events of a task's processes go; secrets are encrypted."""

    webhook: str
    webhook_headers: str
    exports: list[str]
