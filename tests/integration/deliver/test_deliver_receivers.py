"""What one receiver can do to others: nothing, however slow it is or whatever it answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.builders.deliveries import DeliveryWorld
from tests.builders.receivers import Receiver
from workers import deliveries
from workers.errors import Conflict
from workers.secrets import encrypt

LEASED = (
    "UPDATE deliveries SET lease = 'x', leased_until = now() + interval '1 minute'"
    " WHERE id = ANY(%s)"
)


def due(world: DeliveryWorld, among: list[str]) -> set[str]:
    return set(deliveries.due(world.database, 100)) & set(among)


def test_a_receiver_that_is_gone_is_told_no_more(world: DeliveryWorld, inbox: Receiver) -> None:
    """410 ends a delivery at once; sent again on request, it is tried once."""
    process, [delivery] = world.ended(inbox.url)
    inbox.answers = [410, 410]

    world.attempt(delivery)
    first = world.row(process).state
    deliveries.resend(world.database, account_id=world.account.account_id, delivery_id=delivery)
    world.attempt(delivery)

    assert [first, world.row(process).state] == ["given_up", "given_up"]
    assert [attempt["status"] for attempt in world.row(process).attempts] == [410, 410]


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_any_other_refusal_is_tried_again(
    world: DeliveryWorld, inbox: Receiver, status: int
) -> None:
    """A receiver that is set up anew within the day still gets what it missed."""
    process, [delivery] = world.ended(inbox.url)
    inbox.answers = [status]

    world.attempt(delivery)

    assert world.row(process).state == "waiting"


def test_one_receiver_leaves_a_place_at_its_host(world: DeliveryWorld, inbox: Receiver) -> None:
    """However many of its deliveries wait: another receiver at the same host finds a place."""
    many = [world.ended(f"{inbox.url}/busy")[1][0] for _ in range(9)]
    _, [other] = world.ended(f"{inbox.url}/other")

    first = due(world, many)
    world.sql(LEASED, sorted(first))
    world.attempt(other)

    assert len(first) == deliveries.AT_RECEIVER
    assert [got.path for got in inbox.got] == ["/other"]


def test_a_receiver_that_timed_out_holds_one_place_and_no_other_ones(
    world: DeliveryWorld, inbox: Receiver
) -> None:
    """Slow receivers fill the places of the quick ones at their host neither alone nor together."""
    slow = [world.ended(f"{inbox.url}/slow/{n}")[1][0] for n in range(4)]
    more = [world.ended(f"{inbox.url}/slow/0")[1][0] for _ in range(3)]
    quick = [world.ended(f"{inbox.url}/quick/{n}")[1][0] for n in range(4)]
    inbox.pause = 0.3
    for delivery in slow:
        world.attempt(delivery, webhook_timeout=0.1)
        world.again(delivery)
    inbox.pause = 0.0

    waiting = due(world, [*slow, *more])
    world.sql(LEASED + " RETURNING 1", sorted(waiting))
    world.sql("UPDATE deliveries SET slow = true WHERE id = ANY(%s)", sorted(waiting))

    assert len(waiting) == 4
    assert len(waiting & {slow[0], *more}) == 1
    assert due(world, quick) == set(quick)


def test_a_receiver_that_answers_again_is_slow_no_more(
    world: DeliveryWorld, inbox: Receiver
) -> None:
    """An answer within the timeout, even a refusal, gives it its share of places back."""
    many = [world.ended(inbox.url)[1][0] for _ in range(5)]
    inbox.pause = 0.3
    world.attempt(many[0], webhook_timeout=0.1)
    before = due(world, many[1:])
    inbox.pause, inbox.answers = 0.0, [200, 500]

    world.attempt(many[1])

    assert len(before) == 1
    assert len(due(world, many[2:])) == min(3, deliveries.AT_RECEIVER)


def test_one_resending_waits_at_a_time(world: DeliveryWorld, inbox: Receiver) -> None:
    """A second one would send the same once more: it is refused until the first was tried."""
    _, [delivery] = world.ended(inbox.url)
    name: dict[str, Any] = {"account_id": world.account.account_id, "delivery_id": delivery}

    with pytest.raises(Conflict):
        deliveries.resend(world.database, **name)
    world.attempt(delivery)
    deliveries.resend(world.database, **name)
    with pytest.raises(Conflict):
        deliveries.resend(world.database, **name)
    world.attempt(delivery)
    deliveries.resend(world.database, **name)

    assert len(inbox.got) == 2


def test_headers_of_the_task_go_with_its_webhooks(world: DeliveryWorld, inbox: Receiver) -> None:
    """As they were when the process ended, beside those that prove who sent it."""
    sealed = encrypt(json.dumps({"X-Token": "t-1"}), world.settings.secret_key)
    _, [delivery] = world.ended(inbox.url, webhook_headers=sealed)
    world.sql("UPDATE tasks SET webhook_headers = ''")

    world.attempt(delivery)

    [got] = inbox.got
    assert got.headers["x-token"] == "t-1"
    Webhook(world.account.webhook_secret).verify(got.body.decode(), got.headers)


def test_headers_that_cant_be_decrypted_are_named(world: DeliveryWorld, inbox: Receiver) -> None:
    """Nothing leaves without them, and the attempt says why."""
    process, [delivery] = world.ended(inbox.url, webhook_headers=encrypt("{}", "another key"))

    world.attempt(delivery)

    assert inbox.got == []
    assert "SECRET_KEY" in world.row(process).attempts[0]["error"]
