"""A run's own webhook."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders.deliveries import DeliveryWorld
from tests.builders.receivers import Receiver
from workers import deliveries
from workers.secrets import encrypt


def without_link(body: bytes) -> Any:
    """Return what a body says but for the link, which is signed when the body is made."""
    said = json.loads(body)
    said["data"].pop("link")
    return said


@pytest.mark.parametrize("state", ["finished", "canceled", "failed", "pending"])
def test_a_runs_own_webhook_is_told_beside_the_tasks(
    world: DeliveryWorld, inbox: Receiver, state: str
) -> None:
    """The same event, each under an id of its own; the task's own headers stay with the task's."""
    headers = encrypt(json.dumps({"X-Token": "mine"}), world.settings.secret_key)
    process, hints = world.ended(
        f"{inbox.url}/task", state=state, webhook_headers=headers, own_webhook=f"{inbox.url}/run"
    )
    for delivery in hints:
        world.attempt(delivery)
    got = {one.path: one for one in inbox.got}

    assert len({one.headers["webhook-id"] for one in inbox.got}) == 2
    assert without_link(got["/task"].body) == without_link(got["/run"].body)
    assert json.loads(got["/run"].body)["type"] == f"process.{state}"
    assert got["/task"].headers["x-token"] == "mine"
    assert "x-token" not in got["/run"].headers
    assert {row.target for row in world.rows(process)} == {f"{inbox.url}/task", f"{inbox.url}/run"}


def test_a_runs_own_webhook_is_told_once(world: DeliveryWorld, inbox: Receiver) -> None:
    """A process that goes on and ends again tells its task's webhook alone."""
    process, hints = world.ended(
        f"{inbox.url}/task", state="pending", own_webhook=f"{inbox.url}/run"
    )
    with world.database.transaction("test") as tx:
        row = tx.one("delivery_process", process_id=process)
        again = deliveries.enqueue(tx, row, "process.finished")

    assert (len(hints), len(again)) == (2, 1)
    assert sorted(row.target for row in world.rows(process)) == [
        f"{inbox.url}/{whose}" for whose in ("run", "task", "task")
    ]
