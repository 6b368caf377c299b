"""Hints as they lie in the broker."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import redis

from workers import celery

NEW = {"delivery_tag", "reply_to"}  # in each message, or in each thread that sends


def test_a_hint_is_what_celery_itself_would_send(environment: Mapping[str, str]) -> None:
    """So that a worker of any version reads it; but for what is new in each message."""
    broker = redis.Redis.from_url(environment["REDIS_URL"])
    celery.send("first", "p", 3)
    with celery.app.connection_for_write(environment["REDIS_URL"]) as line:
        celery.app.send_task("gristmill.first", ("p",), task_id="first-p-3", connection=line)
    theirs, ours = (_read(message) for message in broker.lrange("fresh", 0, 1))

    assert ours == theirs


def _read(message: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(message)
    for name in NEW:
        told["properties"].pop(name)
    return told | {"body": json.loads(b64decode(told["body"]))}
