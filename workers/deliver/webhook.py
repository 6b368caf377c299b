"""What a webhook says and how it is signed (pure), after the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import orjson

State = Literal["waiting", "delivered", "given_up"]
INLINE_FACTOR = 16  # how much longer than their file records may be as JSON and still go inline


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of ``body``: HMAC-SHA256 under a ``whsec_…`` secret.

    ``timestamp`` is Unix seconds of the attempt, as it stands in ``webhook-timestamp``.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of one attempt."""
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, message_id, timestamp, body),
    }


def build_body(
    process: Mapping[str, object],
    link: str | None,
    records: Sequence[bytes] | None,
    *,
    event: str,
    at: str,
    exports: Sequence[Mapping[str, object]] = (),
) -> bytes:
    """Return the body of a webhook.

    ``process`` is the process object of the API, ``records`` each the bytes of one JSON object, or
    None when they are not sent inline, ``at`` the time of the event in ISO 8601. ``exports`` stands
    in the body only if the task has some.
    """
    data: dict[str, object] = {
        "process": process,
        "link": link,
        "results": None if records is None else [orjson.Fragment(record) for record in records],
    }
    if exports:
        data["exports"] = exports
    return orjson.dumps({"type": event, "timestamp": at, "data": data})


def within(records: Iterable[bytes], limit: int) -> list[bytes] | None:
    """Return the records unless they are longer than ``limit`` bytes in all: then None, at once."""
    kept, size = [], 0
    for record in records:
        size += len(record) + 1
        if size > limit:
            return None
        kept.append(record)
    return kept


def next_step(done: int, schedule: Sequence[float], *, arrived: bool) -> tuple[State, float]:
    """Return the state after the ``done``-th attempt of a round, and seconds until the next one.

    A first attempt, and one more for each entry of ``schedule``.
    """
    if arrived:
        return "delivered", 0.0
    if done > len(schedule):
        return "given_up", 0.0
    return "waiting", schedule[done - 1]
