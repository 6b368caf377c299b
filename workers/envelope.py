"""A message in the form in which kombu keeps it in Redis, written without its machinery.

A hint is one small message to one queue. Celery makes what is in it, as ever; exchanges, producers
and pools, which decide where it goes, cost several times as much as all the rest and decide nothing
here. A test holds this form against what kombu itself writes.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import uuid4

import orjson


def sealed(message: Any, queue: str) -> bytes:  # noqa: ANN401 - Celery's own tuple
    """Return ``message``, made by ``as_task_v2``, as an element of the list ``queue``."""
    properties = {
        **message.properties,
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": queue},
        "priority": 0,
        "body_encoding": "base64",
        "delivery_tag": str(uuid4()),
    }
    return orjson.dumps(
        {
            "body": b64encode(orjson.dumps(message.body)).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": message.headers,
            "properties": properties,
        }
    )
