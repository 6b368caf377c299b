"""Webhooks against a real Postgres, a real S3 and real receivers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.builders.deliveries import FILE, RECORDS, DeliveryWorld
from tests.builders.receivers import Receiver, drip_body, drip_head, flood, raw_server
from workers import accounts, deliveries
from workers.db import Database
from workers.deliver import process_log
from workers.errors import ConnectionFailed, NotFound
from workers.settings import Settings
from workers.storage.memory import MemoryStorage


def test_a_webhook_brings_the_records_and_is_signed(world: DeliveryWorld, inbox: Receiver) -> None:
    """The published verifier accepts it; the body holds the process, a link and the records."""
    process, [delivery] = world.ended(f"{inbox.url}/hook?x=1")

    world.attempt(delivery)
    [got] = inbox.got
    body = Webhook(world.account.webhook_secret).verify(got.body.decode(), got.headers)

    assert (got.path, got.headers["webhook-id"]) == ("/hook?x=1", delivery)
    assert got.headers["content-type"] == "application/json"
    assert body["type"] == "process.finished"
    assert body["data"]["process"]["id"] == process
    assert body["data"]["results"] == [json.loads(record) for record in RECORDS]
    assert "X-Amz-Signature" in body["data"]["link"]
    assert world.row(process).state == "delivered"
    assert world.row(process).attempts[0]["status"] == 200


@pytest.mark.parametrize("limit", [0, len(FILE)])
def test_a_long_file_goes_as_a_link_alone(
    world: DeliveryWorld, inbox: Receiver, limit: int
) -> None:
    """Records stand in the body only while the file stays under the limit."""
    _, [delivery] = world.ended(inbox.url)

    world.attempt(delivery, webhook_inline_limit=limit)
    data = json.loads(inbox.got[0].body)["data"]

    assert data["results"] is None
    assert data["link"]


def test_every_attempt_has_the_same_id_and_body(world: DeliveryWorld, inbox: Receiver) -> None:
    """Also after the process has changed: a receiver can tell a repetition."""
    process, [delivery] = world.ended(inbox.url)
    inbox.answers = [500, 302, 200]

    for _ in range(3):
        world.attempt(delivery)
        world.again(delivery)
        world.sql("UPDATE processes SET request_count = request_count + 1")
    deliveries.resend(world.database, account_id=world.account.account_id, delivery_id=delivery)
    world.attempt(delivery)

    assert len({(got.headers["webhook-id"], got.body) for got in inbox.got}) == 1
    assert [attempt["status"] for attempt in world.row(process).attempts] == [500, 302, 200, 200]
    assert not any(got.path == "/elsewhere" for got in inbox.got)
    for got in inbox.got:
        Webhook(world.account.webhook_secret).verify(got.body.decode(), got.headers)


@pytest.mark.parametrize("tried", [1, 9])
def test_what_is_resent_during_its_attempt_follows_a_failure_at_once(
    world: DeliveryWorld, inbox: Receiver, monkeypatch: pytest.MonkeyPatch, tried: int
) -> None:
    """Also during the last attempt, after which it would have been given up."""
    process, [delivery] = world.ended(inbox.url)
    world.sql("UPDATE deliveries SET attempt_count = %s", tried)
    account = world.account.account_id

    def fail(*_: object) -> None:
        deliveries.resend(world.database, account_id=account, delivery_id=delivery)
        raise ConnectionFailed

    with monkeypatch.context() as patch:
        patch.setattr("workers.deliver.send.client.send", fail)
        world.attempt(delivery)
    [(count, due)] = world.sql("SELECT attempt_count, next_attempt_at <= now() FROM deliveries")
    states = [world.row(process).state]
    world.attempt(delivery)

    assert (count, due) == (0, True)
    assert [*states, world.row(process).state] == ["waiting", "delivered"]


def test_the_schedule_is_kept_and_then_it_is_given_up(
    world: DeliveryWorld, inbox: Receiver
) -> None:
    """A first attempt and one for each entry; none before its time."""
    process, [delivery] = world.ended(inbox.url)
    inbox.answers = [500] * 9
    waits = []

    for _ in range(4):
        world.attempt(delivery, webhook_retry_schedule=(5.0, 300.0))
        world.attempt(delivery, webhook_retry_schedule=(5.0, 300.0))
        [(wait,)] = world.sql("SELECT extract(epoch FROM next_attempt_at - now()) FROM deliveries")
        waits.append(float(wait))
        world.again(delivery)

    assert len(inbox.got) == 3
    assert 4 < waits[0] <= 5
    assert 299 < waits[1] <= 300
    assert world.row(process).state == "given_up"


@pytest.mark.parametrize("talk", [drip_head, lambda line: line.recv(1)])
def test_a_receiver_that_never_ends_costs_one_timeout(world: DeliveryWorld, talk: Any) -> None:
    """Dripping keeps no connection beyond WEBHOOK_TIMEOUT."""
    with raw_server(talk) as url:
        process, [delivery] = world.ended(url)
        began = time.monotonic()
        world.attempt(delivery)
        took = time.monotonic() - began

    assert took < 15
    assert world.row(process).state == "waiting"
    assert "within 1 s" in world.row(process).attempts[0]["error"]


def test_a_success_counts_although_its_body_drips(world: DeliveryWorld) -> None:
    """A 2xx is a 2xx."""
    with raw_server(drip_body) as url:
        process, [delivery] = world.ended(url)
        world.attempt(delivery)

    assert world.row(process).state == "delivered"


def test_an_endless_redirect_is_neither_followed_nor_read(world: DeliveryWorld) -> None:
    """Its body could be of any length."""
    with raw_server(flood) as url:
        process, [delivery] = world.ended(url)
        world.attempt(delivery)

    assert world.row(process).attempts[0]["status"] == 302


def test_nobody_listens(world: DeliveryWorld) -> None:
    """A refused connection is an attempt that failed."""
    process, [delivery] = world.ended("http://127.0.0.1:20999/")

    world.attempt(delivery)

    assert world.row(process).attempts[0]["status"] is None
    assert "refused" in world.row(process).attempts[0]["error"]


def test_a_private_receiver_is_refused_unless_opened(world: DeliveryWorld, inbox: Receiver) -> None:
    """The guard stands before webhooks too."""
    process, [delivery] = world.ended(inbox.url)

    world.attempt(delivery, allowed_networks=())

    assert inbox.got == []
    assert "private" in world.row(process).attempts[0]["error"]


def test_two_workers_never_send_at_once(world: DeliveryWorld, inbox: Receiver) -> None:
    """The lease is the one right to send."""
    _, [delivery] = world.ended(inbox.url)
    inbox.pause = 0.3
    threads = [threading.Thread(target=world.attempt, args=(delivery,)) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(inbox.got) == 1


def test_a_worker_that_died_while_sending_is_followed_by_another(
    world: DeliveryWorld, inbox: Receiver
) -> None:
    """Once its lease is over; until then nobody sends."""
    process, [delivery] = world.ended(inbox.url)
    lease = "UPDATE deliveries SET lease = 'dead', leased_until = now() + make_interval(secs => %s)"

    world.sql(lease, 60)
    world.attempt(delivery)
    before = len(inbox.got)
    world.sql(lease, -1)
    world.attempt(delivery)

    assert (before, len(inbox.got)) == (0, 1)
    assert world.row(process).state == "delivered"


def test_one_dead_host_takes_no_more_than_its_places(world: DeliveryWorld, inbox: Receiver) -> None:
    """What is due is spread over hosts; one that is slow leaves room for the others."""
    dead = [world.ended(f"http://127.0.0.1:20998/{n}")[1][0] for n in range(9)]
    _, [alive] = world.ended(inbox.url)
    world.sql(
        "UPDATE deliveries SET lease = 'x', leased_until = now() + interval '1 minute'"
        " WHERE id = ANY(%s)", dead[:3],
    )  # fmt: skip

    due = deliveries.due(world.database, 100)

    assert alive in due
    assert len(set(due) & set(dead)) == 1


def test_one_account_takes_no_more_than_its_share(world: DeliveryWorld, inbox: Receiver) -> None:
    """However many hosts of its own are dead; what it can't send now stays due."""
    dead = [world.ended(f"http://127.0.0.1:{20900 + n}/")[1][0] for n in range(8)]
    process, [alive] = world.ended(inbox.url)
    lease = "UPDATE deliveries SET lease = 'x', leased_until = now() + %s WHERE id = ANY(%s)"

    world.sql(lease, timedelta(minutes=1), dead)
    world.attempt(alive)
    before = (len(inbox.got), world.row(process).state)
    world.sql(lease, timedelta(minutes=-1), dead[:1])
    world.attempt(alive)

    assert before == (0, "waiting")
    assert len(inbox.got) == 1


def test_deliveries_belong_to_their_account(world: DeliveryWorld, inbox: Receiver) -> None:
    """Another account's are as good as none."""
    process, [delivery] = world.ended(inbox.url)
    other = accounts.create(world.database, "other").account_id

    with pytest.raises(NotFound):
        deliveries.of_process(world.database, account_id=other, process_id=process)
    with pytest.raises(NotFound):
        deliveries.resend(world.database, account_id=other, delivery_id=delivery)


def test_a_deleted_process_sends_nothing(world: DeliveryWorld, inbox: Receiver) -> None:
    """Deleted is deleted."""
    process, [delivery] = world.ended(inbox.url)
    world.sql("UPDATE processes SET deleted = true WHERE id = %s", process)

    world.attempt(delivery)

    assert inbox.got == []
    assert deliveries.due(world.database, 10) == []


def test_a_task_without_webhook_and_exports_delivers_nothing(world: DeliveryWorld) -> None:
    """Nobody asked."""
    assert world.ended("")[1] == []


def test_an_export_is_told_in_the_log_and_in_the_webhook(
    world: DeliveryWorld, inbox: Receiver, s3_settings: Settings
) -> None:
    """The webhook waits until each export was tried once; no credential is in what is shown."""
    target = {
        "type": "s3", "endpoint": s3_settings.s3_endpoint, "bucket": s3_settings.s3_bucket,
        "folder": "out", "access_key": s3_settings.s3_access_key,
        "secret_key": s3_settings.s3_secret_key,
    }  # fmt: skip
    process, [export] = world.ended(inbox.url, exports=(target,))
    world.storage.put("the.log", [b"# finished\n"], "text/plain; charset=utf-8")
    world.sql("UPDATE processes SET log_key = 'the.log'")
    webhook = next(row.id for row in world.rows(process) if row.kind == "webhook")

    world.attempt(webhook)
    before = len(inbox.got)
    world.attempt(export)
    world.attempt(webhook)
    data = json.loads(inbox.got[0].body)["data"]
    [(noted,)] = world.sql("SELECT notes FROM processes")

    assert before == 0
    assert data["exports"] == [
        {"target": f"s3://{s3_settings.s3_bucket}/out", "state": "delivered", "error": None}
    ]
    assert "stored as s3://" in noted[0]
    assert b"".join(world.storage.read("the.log")).decode() == f"# finished\n# {noted[0]}\n"
    assert any(b"".join(world.storage.read(key)) == FILE for key in world.storage.keys("out/"))
    assert s3_settings.s3_secret_key not in repr(world.rows(process))


def test_a_line_for_the_log_waits_for_a_storage_that_is_slow(
    world: DeliveryWorld, s3_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long that takes, the export is recorded, once."""
    monkeypatch.setattr("workers.db.pool.PAUSE_TIMEOUT", 300)
    slow = replace(
        world, database=Database(world.settings.database_url), storage=SlowReads(Settings())
    )
    target = {
        "type": "s3", "endpoint": s3_settings.s3_endpoint, "bucket": s3_settings.s3_bucket,
        "access_key": s3_settings.s3_access_key, "secret_key": s3_settings.s3_secret_key,
    }  # fmt: skip
    process, [export] = slow.ended("", exports=(target,))
    slow.storage.put("the.log", [b"# finished\n"], "text/plain; charset=utf-8")
    slow.sql("UPDATE processes SET log_key = 'the.log'")
    slow.attempt(export)
    lines = b"".join(slow.storage.read("the.log")).decode().splitlines()

    assert slow.row(process).state == "delivered"
    assert [line.partition(":")[0] for line in lines] == ["# finished", "# Export to s3"]
    assert slow.sql("SELECT key FROM tombstones WHERE due_at > now()") == [("the.log",)]


class SlowReads(MemoryStorage):
    """Takes its time with a log."""

    def read(self, key: str) -> Iterator[bytes]:
        """Read, late."""
        if key == "the.log":
            time.sleep(0.8)
        yield from super().read(key)


def test_a_log_that_was_made_anew_gets_no_line_twice(world: DeliveryWorld) -> None:
    """It was made of the process' row, where the line stands already."""
    process, _ = world.ended("")
    with world.database.transaction("test") as tx:
        row = tx.the("lock_for_note", process_id=process)._replace(log_key="old.log")
    world.storage.put("new.log", [b"# finished\n# stored\n"], "text/plain; charset=utf-8")
    world.sql("UPDATE processes SET log_key = 'new.log'")
    process_log.append(world.database, world.storage, row, "stored")

    assert b"".join(world.storage.read("new.log")) == b"# finished\n# stored\n"


def test_an_export_that_nothing_mends_is_given_up_at_once(world: DeliveryWorld) -> None:
    """A failed export changes no process: it is in the log."""
    target = {
        "type": "s3", "endpoint": "http://127.0.0.1:20997", "bucket": "b-1",
        "access_key": "a", "secret_key": "very-secret",
    }  # fmt: skip
    process, [export] = world.ended("", exports=(target,))

    world.attempt(export, allowed_networks=())
    [(state, noted)] = world.sql("SELECT state, notes FROM processes")

    assert world.row(process).state == "given_up"
    assert state == "finished"
    assert "failed" in noted[0]
    assert "very-secret" not in repr((world.rows(process), noted))


def test_a_stop_for_want_of_credits_is_told_but_not_exported(
    world: DeliveryWorld, inbox: Receiver
) -> None:
    """The partial file must never arrive after the complete one."""
    target = {"type": "dropbox", "access_token": "t"}
    process, [delivery] = world.ended(inbox.url, state="pending", exports=(target,))

    world.attempt(delivery)

    assert json.loads(inbox.got[0].body)["type"] == "process.pending"
    assert [row.kind for row in world.rows(process)] == ["webhook"]
