"""Sends webhooks and exports until they arrive or are given up; what waits is in `deliveries`."""

from workers.deliver.attempts import attempt
from workers.deliver.webhook import build_body, next_step, sign

__all__ = ["attempt", "build_body", "next_step", "sign"]
