from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest
import redis
from kombu import Connection, Consumer, Message, Queue

from workers import celery
from workers.queues import FETCHING


def test_a_first_slice_waits_for_one_other_at_most(redis_url: str) -> None:
    """A pool takes from the queues in turns, also when one was there long before the other."""
    taken: list[str] = []

    def take(body: str, message: Message) -> None:
        taken.append(body)
        message.ack()

    with Connection(redis_url) as connection:
        for number in range(6):
            connection.SimpleQueue("crawl").put(f"later {number}", serializer="json")
        connection.SimpleQueue("fresh").put("first", serializer="json")
        queues = [Queue(name) for name in FETCHING["base"].queues]
        with Consumer(connection, queues, callbacks=[take], prefetch_count=1), suppress(OSError):
            while len(taken) < 7:
                connection.drain_events(timeout=20)

    assert taken.index("first") <= 1
    assert [text for text in taken if text != "first"] == [f"later {n}" for n in range(6)]


def test_revokes_go_out_at_once_and_hold_no_hint_up(
    environment: object,  # noqa: ARG001 - leads to the broker
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many calls cancel and run at once, over the few connections that there are."""
    monkeypatch.setattr(celery, "_silent_until", 0.0)
    monkeypatch.setattr(celery.app, "_pool", None)
    monkeypatch.setattr(celery.app.amqp, "_producer_pool", None)
    monkeypatch.setattr(celery.app.conf, "broker_url", redis_url)

    def cancel_and_run(number: int) -> bool:
        return celery.revoke(f"old{number}", 0) and celery.send("crawl", f"new{number}")

    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(cancel_and_run, range(16)))
    with closing(redis.Redis.from_url(redis_url)) as client:
        waiting = client.llen("crawl")

    assert sent == [True] * 16
    assert waiting == 16
