from __future__ import annotations

from contextlib import suppress

from kombu import Connection, Consumer, Message, Queue

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
