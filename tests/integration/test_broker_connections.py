from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from kombu import Connection
from kombu.asynchronous import Hub

from tests.storm.tcp_relay import TcpRelay
from workers.celery import app
from workers.runtime.consumer import Consumer


@pytest.fixture
def relay(redis_url: str) -> Iterator[TcpRelay]:
    """A way to Redis that can be closed."""
    with TcpRelay(urlsplit(redis_url).port or 6379) as made:
        yield made


@pytest.fixture
def consumer(redis_url: str, relay: TcpRelay) -> Iterator[Consumer]:
    """A consumer with nothing but its line to the broker."""
    url = redis_url.replace(f":{relay.target}/", f":{relay.port}/")
    made = Consumer.__new__(Consumer)
    made.blueprint = SimpleNamespace(send_all=lambda *_, **__: None)
    with Connection(url, transport_options=app.conf.broker_transport_options) as line:
        made.connection = line
        yield made


def test_a_lost_line_is_an_error_that_celery_starts_over_from(
    consumer: Consumer, relay: TcpRelay
) -> None:
    """Within the broker's time limit, whatever kombu has noticed by then."""
    consumer.look()
    heard = consumer.looked_at
    relay.close()
    began = time.monotonic()
    with pytest.raises(consumer.connection.connection_errors):
        consumer.look()
    took = time.monotonic() - began
    relay.open(lose=True)
    consumer.look()

    assert took < app.conf.broker_transport_options["socket_timeout"] + 1
    assert 0 < heard < consumer.looked_at


def test_a_silent_broker_is_given_up_at_once(consumer: Consumer, relay: TcpRelay) -> None:
    """Celery reads on for five seconds from a line on which an answer is due."""
    channel = consumer.connection.default_channel
    channel.client.ping()
    channel.client.connection = channel.client.connection_pool.get_connection()
    channel._in_poll = channel.client.connection  # noqa: SLF001 - as while it waits for a message
    relay.close()
    began = time.monotonic()
    consumer.app = app
    consumer.on_connection_error_after_connected(OSError("no word for two seconds"))
    took = time.monotonic() - began

    assert consumer.connection is None
    assert took < 2


def test_the_consumers_loop_looks_at_the_broker_again_and_again(consumer: Consumer) -> None:
    """As one of the loop's timers; Celery cancels those that are registered with a connection."""
    hub = Hub()
    consumer.register_with_event_loop(hub)
    (timer,) = hub.timer.queue
    timer.entry()

    assert consumer.looked_at > 0
    assert len(hub.timer.queue) == 2  # the one that was called by hand, and its next time
