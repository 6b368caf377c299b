import json
import threading
import time

import fakeredis
import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

from deploy.local.procfile import commands
from workers import celery
from workers.celery_worker import KINDS
from workers.db import within
from workers.db.patience import left
from workers.queues import FETCHING, QUEUES
from workers.runtime.consumer import Consumer


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> fakeredis.FakeRedis:
    """A broker in memory, looked at as the real one is."""
    server = fakeredis.FakeServer()
    client = fakeredis.FakeRedis(server=server)
    monkeypatch.setattr(celery, "_broker", lambda: client)
    monkeypatch.setattr(celery, "_silent_until", 0.0)
    client.server = server
    return client


def message(subject: str) -> str:
    """Return a hint as Celery writes it."""
    written = celery.app.amqp.as_task_v2(
        celery.message_id("crawl", subject, 3), "gristmill.crawl", (subject,)
    )
    return json.dumps({"headers": written.headers})


def test_a_queue_is_idle_when_it_is_known_to_be_empty(broker: fakeredis.FakeRedis) -> None:
    """Whatever waits in it."""
    broker.lpush("crawl", "one")

    assert not celery.idle("crawl")
    assert celery.idle("publish")


def test_a_slice_makes_room_for_others_and_not_for_its_own_process(
    broker: fakeredis.FakeRedis,
) -> None:
    """Hints of its own would only pass the work on to a child that begins anew."""
    broker.lpush("crawl", message("one"), message("one"))
    alone = celery.others_wait("base", "one", 2)
    broker.lpush("fresh", message("two"))

    assert not alone
    assert celery.others_wait("base", "one", 2)
    assert celery.others_wait("base", "two", 2)
    assert not celery.others_wait("chrome", "one", 2)


def test_messages_tell_what_they_are_about(
    broker: fakeredis.FakeRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read from messages as Celery writes them; too many are not read."""
    for subject in ("one", "two"):
        broker.lpush("crawl", message(subject))
    told = celery.subjects("crawl")
    monkeypatch.setattr(celery, "READABLE", 1)

    assert told == {"one", "two"}
    assert celery.subjects("crawl") is None
    assert celery.subjects("publish") == set()


def test_a_broker_that_can_not_be_asked_is_not_idle(broker: fakeredis.FakeRedis) -> None:
    """Nobody sends hints again on a guess."""
    broker.server.connected = False

    assert not celery.others_wait("base", "p", 2)
    assert not celery.idle("crawl")


@pytest.mark.usefixtures("broker")
def test_after_a_failed_publish_the_next_calls_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A frozen broker costs one call its patience, and the sweep sends what was left."""
    tried = []

    def fail(*_: object, **__: object) -> None:
        tried.append(1)
        raise OperationalError

    monkeypatch.setattr(celery.app, "send_task", fail)

    assert not celery.send("crawl", "p")
    assert not celery.send("crawl", "p")
    assert len(tried) == celery.ATTEMPTS


@pytest.mark.usefixtures("broker")
def test_a_publish_on_a_lost_line_is_tried_again_on_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that a hint does not have to wait for the sweep."""
    faults = iter([OperationalError, None])

    def call(*_: object, **__: object) -> None:
        if fault := next(faults):
            raise fault

    monkeypatch.setattr(celery.app, "send_task", call)

    assert celery.send("crawl", "p")


@pytest.mark.usefixtures("broker")
def test_a_publish_that_takes_its_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several exchanges on a slow line may take long, each within its limit: a call can't wait."""
    free = threading.Event()
    monkeypatch.setattr(celery.app, "send_task", lambda *_, **__: free.wait(20))
    monkeypatch.setattr(celery, "SEND_TIMEOUT", 0.2)
    began = time.monotonic()
    sent = [celery.send("crawl", "p"), celery.send("crawl", "p")]
    took = time.monotonic() - began
    free.set()

    assert sent == [False, False]
    assert took < 10


@pytest.mark.usefixtures("broker")
def test_a_publish_waits_no_longer_than_its_call_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Postgres took of a call's allowance is not there for Redis."""
    free = threading.Event()
    monkeypatch.setattr(celery.app, "send_task", lambda *_, **__: free.wait(20))
    with within(0.1):
        sent = celery.send("crawl", "p")
        rest = left(5.0)
    free.set()

    assert not sent
    assert rest == 0.0


def test_hints_of_one_kind_share_an_id_so_that_one_revoke_drops_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And never with terminate, which Celery's documentation forbids to programs."""
    sent: list[str] = []
    revoked: list[object] = []
    monkeypatch.setattr(celery, "_silent_until", 0.0)
    monkeypatch.setattr(celery.app, "send_task", lambda *_, task_id, **__: sent.append(task_id))
    monkeypatch.setattr(
        celery.app.control, "revoke", lambda *args, **more: revoked.append((args, more))
    )
    for job in ("first", "crawl", "chrome"):
        celery.send(job, "p", 3)
    celery.revoke("p", 3)

    assert revoked == [((sent,), {})]


def test_the_workers_of_the_procfile_take_every_slice() -> None:
    """A queue that nobody reads would hold its processes until the sweep, again and again."""
    assert commands()["worker"].endswith(" -m workers.celery_worker worker")
    taken = {queue for kind in KINDS.values() for queue in kind.queues}
    slices = {queue for kind in FETCHING.values() for queue in kind.queues}

    assert slices <= set(QUEUES.values()) == taken
    assert set(FETCHING["base"].queues) <= set(KINDS["worker"].queues)


def test_a_broker_that_was_away_for_long_is_found_within_a_second_of_its_return(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Celery's own pauses grow with the outage, to half a minute."""
    pauses: list[float] = []
    refused = iter([True] * 40)
    line = Connection("memory://")

    def connect() -> object:
        if next(refused, False):
            raise OperationalError
        return line

    monkeypatch.setattr("kombu.utils.functional.sleep", pauses.append)
    monkeypatch.setattr(line, "_connection_factory", connect)
    monkeypatch.setattr(Connection, "recoverable_connection_errors", (OperationalError,))
    consumer = Consumer.__new__(Consumer)
    consumer.app, consumer.first_connection_attempt = celery.app, False
    consumer.broker_connection_retry_attempt = 0

    assert consumer.ensure_connected(line) is line
    assert sum(pauses) == pytest.approx(40)
    assert celery.app.conf.worker_consumer == f"{Consumer.__module__}:{Consumer.__name__}"
