"""Webhooks that are subscribed to, as the API shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from schemas.codes import EVENTS
from workers import settings as settings_module
from workers import webhooks
from workers.db import Database

URL = "https://flow.example/hook"
FINISHED = {"url": URL, "events": ["process.finished"]}
UNKNOWN = "1PBhj5EGo2hAvBsytLDL363A6Mq"


@pytest.fixture
def make(ann: Any) -> Callable[..., dict[str, Any]]:
    """Subscribe as the first account."""

    def subscribe(**changes: object) -> dict[str, Any]:
        answer = ann.post("/v1/webhooks", json=FINISHED | changes)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    return subscribe


def test_a_webhook_is_created_listed_and_deleted(ann: Any, make: Callable[..., Any]) -> None:
    """Its object is the same in the answer and in the list; what is deleted is in no list."""
    task = ann.create()["id"]
    of_all = make()
    of_task = make(task=task, events=["failed", "process.canceled", "process.failed"])
    listed = ann.get("/v1/webhooks").json
    gone = ann.call("DELETE", f"/v1/webhook/{of_all['id']}")
    again = ann.call("DELETE", f"/v1/webhook/{of_all['id']}")

    assert listed == [of_task, of_all]
    assert set(of_all) == {"id", "url", "events", "task", "createdAt"}
    assert (of_all["task"], of_all["events"]) == (None, ["process.finished"])
    assert (of_task["task"], of_task["events"]) == (task, ["process.failed", "process.canceled"])
    assert (gone.json, again.status_code) == ({"deleted": "ok"}, 404)
    assert ann.get("/v1/webhook/").json == [of_task]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/webhook/{}/delete"), ("DELETE", "/v1/webhooks/{}/delete/")],
)
def test_a_webhook_is_deleted_in_every_way_in_which_a_task_is(
    ann: Any, make: Callable[..., Any], method: str, path: str
) -> None:
    """For those that can send no DELETE too; a GET deletes nothing."""
    made = make()["id"]

    assert ann.get(path.format(made)).status_code == 405
    assert ann.call(method, path.format(made)).status_code == 200
    assert ann.get("/v1/webhooks").json == []


def test_webhooks_are_paged(ann: Any, make: Callable[..., Any]) -> None:
    """As every list."""
    made = [make()["id"] for _ in range(3)]
    first = ann.get("/v1/webhooks?limit=2")
    second = ann.get(first.headers["Link"].partition(">")[0].removeprefix("<"))

    assert [row["id"] for row in first.json + second.json] == made[::-1]
    assert "Link" not in second.headers
    assert ann.get("/v1/webhooks?limit=0").status_code == 400


def test_headers_are_encrypted_and_never_shown(
    ann: Any, make: Callable[..., Any], database_url: str
) -> None:
    """Neither by the API nor in the table."""
    make(headers={"X-Token": "topsecret"})
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM webhooks w")
        ((stored,),) = cursor.fetchall()
    connection.close()

    assert "topsecret" not in ann.get("/v1/webhooks").text + stored


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, {"/url", "/events"}),
        ({"url": "ftp://x.example/", "events": []}, {"/url", "/events"}),
        ({"url": "http://me:pw@x.example/", "events": ["finished"]}, {"/url"}),
        ({"url": "http://127.1/", "events": ["finished"]}, {"/url"}),
        ({"url": URL, "events": "process.finished"}, {"/events"}),
        ({"url": URL, "events": ["process.finished", "process.started"]}, {"/events/1"}),
        ({"url": URL, "events": ["finished"] * 21}, {"/events"}),
        ({**FINISHED, "task": "short"}, {"/task"}),
        ({**FINISHED, "task": None}, {"/task"}),
        ({**FINISHED, "task": 7}, {"/task"}),
        ({**FINISHED, "target": URL}, {"/target"}),
        ({**FINISHED, "headers": {"Host": "x", "webhook-id": "y"}},
         {"/headers/Host", "/headers/webhook-id"}),
        ({**FINISHED, "headers": ["X-A: b"]}, {"/headers"}),
        ([], {""}),
    ],
)  # fmt: skip
def test_a_webhook_that_cannot_be_used_is_refused(ann: Any, body: object, places: set[str]) -> None:
    """Every fault at once, each at its place."""
    answer = ann.post("/v1/webhooks", json=body)

    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json["errors"]} == places
    assert ann.get("/v1/webhooks").json == []


def test_an_empty_task_is_none(make: Callable[..., Any]) -> None:
    """As tools send what was not filled in."""
    assert make(task="")["task"] is None


def test_another_account_finds_neither_webhook_nor_task(
    ann: Any, bob: Any, make: Callable[..., Any]
) -> None:
    """The same 404 as for an id that never was; its lists hold its own."""
    mine, task = make()["id"], ann.create()["id"]
    own = bob.post("/v1/webhooks", json=FINISHED).json
    answers = [
        (bob.call("DELETE", f"/v1/webhook/{id_}"), bob.post(f"/v1/webhook/{id_}/delete"),
         bob.post("/v1/webhooks", json=FINISHED | {"task": other}))
        for id_, other in ((mine, task), (UNKNOWN, UNKNOWN))
    ]  # fmt: skip

    assert {answer.status_code for pair in answers for answer in pair} == {404}
    assert [a.json for a in answers[0]] == [a.json for a in answers[1]]
    assert bob.get("/v1/webhooks").json == [own]
    assert [row["id"] for row in ann.get("/v1/webhooks").json] == [mine]


def test_the_webhooks_of_a_deleted_task_go_with_it(ann: Any, make: Callable[..., Any]) -> None:
    """And none can be made for it."""
    task = ann.create()["id"]
    make(task=task)
    kept = make()["id"]
    ann.post(f"/v1/task/{task}/delete")

    assert [row["id"] for row in ann.get("/v1/webhooks").json] == [kept]
    assert ann.post("/v1/webhooks", json=FINISHED | {"task": task}).status_code == 404


def test_an_account_has_so_many_webhooks_and_no_more(
    ann: Any, bob: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when several come at once; another account has as many of its own."""
    most = replace(settings_module.settings(), max_webhooks=2)
    monkeypatch.setattr(webhooks, "settings", lambda: most)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ann.post("/v1/webhooks", json=FINISHED), range(6)))
    refused = [answer for answer in answers if answer.status_code == 409]

    assert database
    assert len(refused) == 4
    assert "MAX_WEBHOOKS" in refused[0].json["detail"]
    assert len(ann.get("/v1/webhooks").json) == 2
    assert bob.post("/v1/webhooks", json=FINISHED).status_code == 200


@pytest.mark.parametrize("event", EVENTS)
def test_a_sample_says_beforehand_what_a_webhook_will_hold(ann: Any, event: str) -> None:
    """By either method, of each event; without one, of a process that finished."""
    sample = ann.get(f"/v1/webhooks/sample?event={event}").json
    status = event.removeprefix("process.")

    assert sample == ann.post(f"/v1/webhook/sample?event={status.upper()}").json
    assert (sample["type"], sample["data"]["process"]["status"]) == (event, status)
    assert (sample["data"]["link"] is None) == (status == "failed")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", sample["timestamp"])
    assert ann.get("/v1/webhooks/sample").json["type"] == "process.finished"


def test_a_sample_of_what_never_happens_is_refused(ann: Any) -> None:
    """With the events that there are."""
    answer = ann.get("/v1/webhooks/sample?event=process.started")

    assert answer.status_code == 400
    assert answer.json["errors"][0]["pointer"] == "/event"
    assert all(event in answer.json["errors"][0]["detail"] for event in EVENTS)
