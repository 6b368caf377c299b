"""Settings of gunicorn, for `make up` and for every other deployment alike."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from workers.settings import program_settings

if TYPE_CHECKING:
    from app.server import Worker

ours = program_settings()
bind = ours.listen_at
worker_class = "app.server.Worker"
workers = ours.web_concurrency
threads = ours.web_threads
timeout = 30  # seconds without a sign of life after which a worker is replaced
graceful_timeout = 5  # seconds: below what a PaaS grants between SIGTERM and SIGKILL
keepalive = 5  # seconds
limit_request_line = 8190  # bytes: the most that gunicorn reads
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - gunicorn's heartbeat must not wait for a disk
errorlog = "-"
control_socket_disable = True


def post_worker_init(worker: Worker) -> None:
    """Give each worker the time that a request may take to arrive, and set aside what stays.

    A full collection of garbage walks through all that was imported, while calls wait: once is
    enough.
    """
    worker.arrival = ours.request_timeout
    gc.collect()
    gc.freeze()
