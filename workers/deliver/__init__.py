"""Webhooks and exports: queued with the end of a process, sent until they arrive, or given up."""

from workers.deliver.attempts import attempt
from workers.deliver.queue import due, enqueue, of_process, resend
from workers.deliver.webhook import build_body, next_step, sign

__all__ = [
    "attempt",
    "build_body",
    "due",
    "enqueue",
    "next_step",
    "of_process",
    "resend",
    "sign",
]
