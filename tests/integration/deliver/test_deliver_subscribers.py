"""What is told to webhooks that are subscribed to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.sample import sample_of
from schemas.codes import EVENTS
from schemas.webhooks import WebhookDraft
from tests.builders.deliveries import DeliveryWorld
from tests.builders.receivers import Receiver
from workers import accounts, deliveries, webhooks
from workers.errors import NotFound
from workers.settings import Settings

Subscribe = Callable[..., str]


@pytest.fixture
def subscribe(world: DeliveryWorld, inbox: Receiver) -> Subscribe:
    """Subscribe a path of the receiver to events; returns the webhook's id."""

    def make(path: str, *, events: tuple[str, ...] = tuple(EVENTS), **more: Any) -> str:
        account = more.pop("account_id", world.account.account_id)
        draft = WebhookDraft(url=f"{inbox.url}/{path}", events=events, **more)
        return webhooks.create(world.database, account_id=account, draft=draft).id

    return make


def send(world: DeliveryWorld, hints: list[str]) -> None:
    for delivery in hints:
        world.attempt(delivery)


def paths(inbox: Receiver) -> list[str]:
    return sorted(got.path.strip("/") for got in inbox.got)


def test_whoever_subscribed_is_told_beside_the_tasks_own_webhook(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """Several a URL, each once of an event, with the same body, under ids of their own."""
    made = [subscribe("one"), subscribe("two"), subscribe("two")]
    process, hints = world.ended(f"{inbox.url}/own")
    send(world, hints)
    bodies = [json.loads(got.body) for got in inbox.got]
    for body in bodies:
        body["data"].pop("link")  # each is signed when its body is made
    rows = world.rows(process)

    assert paths(inbox) == ["one", "own", "two", "two"]
    assert len({got.headers["webhook-id"] for got in inbox.got}) == 4
    assert all(body == bodies[0] for body in bodies)
    assert sorted(row.webhook_id or "" for row in rows) == ["", *sorted(made)]
    assert {row.state for row in rows} == {"delivered"}


def test_a_subscriber_hears_of_its_task_and_its_events_alone(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """One that named no task hears of every one; another account's hears of none of them."""
    other = accounts.create(world.database, "other").account_id
    process, _ = world.ended("")
    ((task,),) = world.sql("SELECT task_id FROM processes")
    ((row,),) = world.sql("SELECT id FROM processes")
    subscribe("task", task_id=task)
    subscribe("failures", events=("process.failed",))
    subscribe("all")
    subscribe("foreign", account_id=other)
    with world.database.transaction("test") as tx:
        again = tx.one("delivery_process", process_id=row)
        first = deliveries.enqueue(tx, again, "process.finished")
    _, second = world.ended("", state="failed")
    send(world, [*first, *second])

    assert process == row
    assert paths(inbox) == ["all", "all", "failures", "task"]


def test_single_calls_are_told_to_those_alone_who_named_their_task(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """They are in no list, and no business of whoever watches an account's runs."""
    process, _ = world.ended("")
    world.sql("UPDATE tasks SET listed = false")
    ((task,),) = world.sql("SELECT id FROM tasks")
    subscribe("all")
    subscribe("task", task_id=task)
    with world.database.transaction("test") as tx:
        row = tx.one("delivery_process", process_id=process)
        send_later = deliveries.enqueue(tx, row, "process.finished")
    send(world, send_later)

    assert paths(inbox) == ["task"]


def test_its_headers_go_with_a_webhook(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """To its own receiver and no other, as they were when the process ended."""
    subscribe("one", headers=(("X-Token", "s3cret"),))
    process, hints = world.ended(f"{inbox.url}/own")
    send(world, hints)
    tokens = {got.path.strip("/"): got.headers.get("x-token") for got in inbox.got}

    assert tokens == {"one": "s3cret", "own": None}
    assert "s3cret" not in repr(world.rows(process))


def test_a_subscriber_that_is_gone_is_unsubscribed(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """410 ends its delivery and all that would follow; others are not touched."""
    subscribe("gone")
    kept = subscribe("kept")
    _, hints = world.ended("")
    later, waiting = world.ended("")
    inbox.answers = [410]
    send(world, hints[:1])
    left = webhooks.listing(
        world.database, account_id=world.account.account_id, limit=10, before=None
    )
    send(world, [*hints[1:], *waiting])
    _, after = world.ended("")

    assert [row.id for row in left] == [kept]
    assert paths(inbox) == ["gone", "kept", "kept"]
    assert sorted(row.state for row in world.rows(later)) == ["delivered", "given_up"]
    assert len(after) == 1


def test_a_tasks_or_a_runs_own_webhook_that_is_gone_stays(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """Its delivery is given up; the next run tells it again."""
    subscribe("one")
    process, hints = world.ended(f"{inbox.url}/own", own_webhook=f"{inbox.url}/run")
    by_target = {row.target.rpartition("/")[2]: row.id for row in world.rows(process)}
    inbox.answers = [410, 410]
    send(world, [by_target["own"], by_target["run"], by_target["one"]])
    states = {row.target.rpartition("/")[2]: row.state for row in world.rows(process)}

    assert len(hints) == 3
    assert states == {"own": "given_up", "run": "given_up", "one": "delivered"}
    assert world.sql("SELECT webhook FROM tasks") == [(f"{inbox.url}/own",)]
    assert world.sql("SELECT count(*) FROM webhooks") == [(1,)]


def test_what_waits_for_a_webhook_that_was_deleted_is_given_up(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """Nothing more is sent to it, not by a re-sending either, and the attempts say why."""
    hook = subscribe("one")
    process, [delivery] = world.ended("")
    account = world.account.account_id
    webhooks.delete(world.database, account_id=account, webhook_id=hook)
    send(world, [delivery])
    first = world.row(process)
    deliveries.resend(world.database, account_id=account, delivery_id=delivery)
    send(world, [delivery])
    second = world.row(process)

    assert inbox.got == []
    assert (first.state, second.state) == ("given_up", "given_up")
    assert [attempt["status"] for attempt in second.attempts] == [None, None]
    assert "deleted" in second.attempts[0]["error"]


def test_a_delivery_to_a_subscriber_can_be_sent_again(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe
) -> None:
    """With the same id and body; by its own account alone."""
    subscribe("one")
    process, [delivery] = world.ended("")
    other = accounts.create(world.database, "other").account_id
    send(world, [delivery])
    deliveries.resend(world.database, account_id=world.account.account_id, delivery_id=delivery)
    send(world, [delivery])

    with pytest.raises(NotFound):
        deliveries.resend(world.database, account_id=other, delivery_id=delivery)
    assert len({(got.headers["webhook-id"], got.body) for got in inbox.got}) == 1
    assert len(world.row(process).attempts) == 2


def test_a_lost_answer_of_410_is_heard_the_second_time(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The subscription ends in the transaction that records the attempt, or not at all."""
    subscribe("gone")
    process, [delivery] = world.ended("")
    inbox.answers = [410, 410]
    with monkeypatch.context() as patch:
        patch.setattr("workers.deliver.attempts.RECORD_ATTEMPT", "no_such_query")
        with pytest.raises(KeyError):
            world.attempt(delivery)
    before = world.sql("SELECT count(*) FROM webhooks")
    world.sql("UPDATE deliveries SET leased_until = now()")
    world.attempt(delivery)

    assert before == [(1,)]
    assert world.sql("SELECT count(*) FROM webhooks") == [(0,)]
    assert world.row(process).state == "given_up"


def test_subscribers_wait_for_exports_as_the_tasks_webhook_does(
    world: DeliveryWorld, inbox: Receiver, subscribe: Subscribe, s3_settings: Settings
) -> None:
    """They tell how those went."""
    subscribe("one")
    target = {
        "type": "s3", "endpoint": s3_settings.s3_endpoint, "bucket": s3_settings.s3_bucket,
        "access_key": s3_settings.s3_access_key, "secret_key": s3_settings.s3_secret_key,
    }  # fmt: skip
    process, [export] = world.ended(f"{inbox.url}/own", exports=(target,))
    ids = [row.id for row in world.rows(process) if row.kind == "webhook"]
    send(world, ids)
    before = len(inbox.got)
    send(world, [export, *ids])

    assert before == 0
    assert paths(inbox) == ["one", "own"]
    assert all(json.loads(got.body)["data"]["exports"] for got in inbox.got)


@pytest.mark.parametrize("state", ["finished", "failed", "canceled", "pending"])
def test_a_sample_has_the_members_of_what_is_sent(
    world: DeliveryWorld, inbox: Receiver, state: str
) -> None:
    """Down to those of the process."""
    _, hints = world.ended(inbox.url, state=state)
    send(world, hints)
    sent, sample = json.loads(inbox.got[0].body), sample_of(f"process.{state}")

    def members(body: Any) -> list[list[str]]:
        return [sorted(body), sorted(body["data"]), sorted(body["data"]["process"])]

    assert members(sample) == members(sent)
