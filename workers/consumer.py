"""Celery's consumer, with less patience where the broker is away."""

from __future__ import annotations

from functools import partial
from typing import Any

from celery.worker.consumer import Consumer as Base

PAUSE = 1.0  # seconds between tries to reach the broker; Celery's own grow to half a minute


class Consumer(Base):  # type: ignore[misc]
    """Reaches a broker that came back within a second, however long it was away."""

    def ensure_connected(self, conn: Any) -> Any:  # noqa: ANN401 - kombu's connection
        """Return ``conn`` once it is open."""
        conn.ensure_connection = partial(
            conn.ensure_connection, interval_start=PAUSE, interval_step=0, interval_max=PAUSE
        )
        return super().ensure_connected(conn)
