from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

from tests.acceptance.blows import main_of
from tests.acceptance.client import Account, ApiClient, RunningStack, eventually
from tests.builders.receivers import Received, Receiver, receiver
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(2, 5)
NewAccount = Callable[..., Account]


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


def opened(inbox: Receiver, secret: str, number: int = 0, seconds: float = 20) -> dict[str, Any]:
    """The body of a message that came, its signature checked by the published library."""
    eventually(lambda: len(inbox.got) > number, seconds)
    message: Received = inbox.got[number]
    return dict(Webhook(secret).verify(message.body, message.headers))


def secret_of(api: ApiClient) -> str:
    return str(api.get("/webhooks/secret")["secret"])


def test_an_end_is_told_with_the_records_and_a_link(
    api: ApiClient, site: SiteServer, inbox: Receiver
) -> None:
    """``process.finished``, signed, with the process object, the records, and a link that opens."""
    payload = truth.payload(SHOP, site.url, output="json")
    process = api.run(payload, webhook=f"{inbox.url}/hook")["id"]
    body = opened(inbox, secret_of(api))
    ended = api.wait(process)
    data = body["data"]

    assert inbox.got[0].path == "/hook"
    assert inbox.got[0].headers["content-type"] == "application/json"
    assert body["type"] == "process.finished"
    assert data["process"] | {"logFile": ""} == ended | {"logFile": ""}
    assert data["results"] == list(truth.records(SHOP, site.url))
    assert requests.get(data["link"], timeout=10).json() == data["results"]
    assert requests.get(data["process"]["logFile"], timeout=10).ok


def test_a_run_is_waited_for_and_told_to_all_who_asked(
    api: ApiClient, site: SiteServer, inbox: Receiver
) -> None:
    """The task's webhook, the run's own and whoever subscribed; one that is gone, never again."""
    payload = truth.payload(SHOP, site.url, output="json")
    task = api.post("/task/create", json={"payload": payload, "webhook": f"{inbox.url}/task"})["id"]
    wish = {"url": f"{inbox.url}/subscribed", "events": ["process.finished"], "task": task}
    subscribed = api.post("/webhooks", json=wish)["id"]
    body = {"webhook": f"{inbox.url}/run"}
    ended = api.post(f"/task/{task}/run", params={"wait": 30}, json=body)
    eventually(lambda: len(inbox.got) == 3, 20)
    told = {message.path for message in inbox.got}
    rows = api.get(f"/process/{ended['id']}/deliveries")
    inbox.answers = [410, 410]
    api.post(f"/task/{task}/run", params={"wait": "30"})
    eventually(lambda: api.get("/webhooks") == [], 20)

    assert ended["status"] == "finished"
    assert told == {"/task", "/run", "/subscribed"}
    assert {row["webhookId"] for row in rows} == {None, subscribed}
    assert [opened(inbox, secret_of(api), n)["data"]["process"]["id"] for n in range(3)] == [
        ended["id"]
    ] * 3
    assert api.get(f"/task/{task}/info")["webhook"] == f"{inbox.url}/task"


def test_a_receiver_that_fails_is_tried_again_with_the_same_id(
    api: ApiClient, site: SiteServer, inbox: Receiver
) -> None:
    """500, a redirect, 404 are failures; each attempt is recorded, the message stays the same."""
    inbox.answers = [500, 302, 404]
    process = api.run(truth.payload(SHOP, site.url), webhook=inbox.url)["id"]
    eventually(lambda: len(inbox.got) == 4, 30)
    path = f"/process/{process}/deliveries"
    eventually(lambda: api.get(path)[0]["state"] == "delivered")
    (delivery,) = api.get(path)

    assert len({message.headers["webhook-id"] for message in inbox.got}) == 1
    assert len({message.body for message in inbox.got}) == 1
    assert all(opened(inbox, secret_of(api), number) for number in range(4))
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 302, 404, 200]
    assert (delivery["kind"], delivery["event"]) == ("webhook", "process.finished")
    assert (delivery["target"], delivery["nextAttemptAt"]) == (inbox.url, None)
    assert {message.path for message in inbox.got} == {"/"}


def test_a_message_that_was_given_up_can_be_sent_again(
    api: ApiClient, site: SiteServer, inbox: Receiver
) -> None:
    """Past the schedule it is given up; ``resend`` sends the same message once more."""
    inbox.answers = [500] * 4
    process = api.run(truth.payload(SHOP, site.url), webhook=inbox.url)["id"]
    path = f"/process/{process}/deliveries"
    eventually(lambda: [one["state"] for one in api.get(path)] == ["given_up"], 30)
    (given_up,) = api.get(path)
    api.post(f"/delivery/{given_up['id']}/resend")
    eventually(lambda: api.get(path)[0]["state"] == "delivered")

    assert len(given_up["attempts"]) == 4
    assert len(inbox.got) == 5
    assert len({message.headers["webhook-id"] for message in inbox.got}) == 1


def test_a_cancel_and_a_failure_are_told(api: ApiClient, site: SiteServer, inbox: Receiver) -> None:
    """Every end has its event, with whatever records there are."""
    site.pause = 0.2
    big = truth.payload(truth.Shop(5, 20), site.url)
    process = api.run(big, webhook=f"{inbox.url}/canceled")["id"]
    api.wait(process, lambda now: now["responseCount"] > 0)
    api.post(f"/process/{process}/cancel")
    canceled = opened(inbox, secret_of(api))
    api.run(truth.payload(SHOP, f"{site.url}/nowhere"), webhook=f"{inbox.url}/failed")
    failed = opened(inbox, secret_of(api), 1)

    assert canceled["type"] == "process.canceled"
    assert canceled["data"]["process"]["status"] == "canceled"
    assert len(canceled["data"]["results"]) == canceled["data"]["process"]["recordCount"]
    assert failed["type"] == "process.failed"
    assert failed["data"]["process"]["error"]["code"] == "start_page_failed"
    assert (failed["data"]["link"], failed["data"]["results"]) == (None, None)


def test_a_stop_for_want_of_credits_is_told_and_then_the_end(
    stack: RunningStack, site: SiteServer, inbox: Receiver, new_account: NewAccount
) -> None:
    """``process.pending`` under the account's own secret, after the top-up ``process.finished``."""
    account = new_account("--credits", "0.3")
    process = account.api.run(truth.payload(SHOP, site.url), webhook=inbox.url)["id"]
    pending = opened(inbox, account.secret)
    stack.gristmill("credits", "add", account.id, "5")
    finished = opened(inbox, account.secret, 1)

    assert (pending["type"], finished["type"]) == ("process.pending", "process.finished")
    assert pending["data"]["process"]["missingCredits"] >= 1
    assert pending["data"]["process"]["id"] == finished["data"]["process"]["id"] == process
    assert len(finished["data"]["results"]) == 10
    assert inbox.got[0].headers["webhook-id"] != inbox.got[1].headers["webhook-id"]


def test_retries_survive_the_sender(
    api: ApiClient, stack: RunningStack, site: SiteServer, inbox: Receiver
) -> None:
    """The program that delivers is killed between two attempts; the next one comes all the same."""
    inbox.answers = [503]
    api.run(truth.payload(SHOP, site.url), webhook=inbox.url)
    eventually(lambda: len(inbox.got) == 1)
    os.kill(main_of(stack, "deliver"), signal.SIGKILL)
    eventually(lambda: len(inbox.got) == 2, 30)

    assert json.loads(inbox.got[1].body)["type"] == "process.finished"
    assert inbox.got[0].headers["webhook-id"] == inbox.got[1].headers["webhook-id"]
