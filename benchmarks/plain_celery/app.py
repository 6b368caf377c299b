"""The Celery app that is measured: a task is a page, and a file says what became of it."""

from __future__ import annotations

import os
import time

from celery import Celery

PAGE_SECONDS = 0.5
SAFEST = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    # As short as these pages allow: the default would hold a killed worker's message for an hour.
    "broker_transport_options": {
        "visibility_timeout": 10,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    },
}
SETTINGS: dict[str, dict[str, object]] = {"default": {}, "safest": SAFEST}

app = Celery("plain", broker=os.environ.get("PLAIN_BROKER", ""))
app.conf.update(
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    **SETTINGS[os.environ.get("PLAIN_SETTINGS", "default")],
)


@app.task(name="plain.page")  # type: ignore[untyped-decorator]
def page(number: int) -> None:
    """Work on a page; a line of the ledger for its start and one for its end."""
    _note(f"begun {number}\n")
    time.sleep(PAGE_SECONDS)
    _note(f"done {number}\n")


def _note(line: str) -> None:
    """Append a line; the kernel writes such a short one whole or not at all."""
    ledger = os.open(os.environ["PLAIN_LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(ledger, line.encode())
    finally:
        os.close(ledger)
