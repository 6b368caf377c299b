from __future__ import annotations

import json
from typing import Any

import pytest

UNKNOWN = "1PBhj5EGo2hAvBsytLDL363A6Mq"


def test_a_task_is_read_back_as_it_was_sent(ann: Any) -> None:
    """The payload to the letter, unknown to us or not; the rest with its defaults."""
    payload = {
        "request": {"url": "https://example.test/é"},
        "name": "b",
        "fields": [{"selector": "a", "name": "T"}],
        "format": "CSV",
    }
    task = ann.create(payload=payload, description="d", webhook="https://example.test/hook")
    read = ann.get(f"/v1/task/{task['id']}/info").json

    assert read == task
    assert json.dumps(read["payload"]) == json.dumps(payload)
    assert (read["name"], read["type"], read["description"]) == ("", "extract", "d")


@pytest.mark.parametrize(
    "kind", [None, "application/x-www-form-urlencoded", "application/json", "text/plain"]
)
def test_curls_own_content_type_creates_a_task(ann: Any, kind: str | None) -> None:
    """The published curl line sends JSON as a form."""
    body = json.dumps({"payload": ann.create()["payload"]}).encode()
    answer = ann.post("/v1/task/create", data=body, content_type=kind)

    assert answer.status_code == 200


def test_a_form_of_more_than_half_a_megabyte_is_read(ann: Any) -> None:
    """Werkzeug's own limit for forms must not be met."""
    payload = ann.create()["payload"] | {"request": {"url": "https://example.test/"}}
    body = json.dumps({"payload": payload}) + " " * 900_000
    answer = ann.post(
        "/v1/task/create", data=body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/update"), ("PUT", "/update"), ("PATCH", "/update"), ("PUT", ""), ("PATCH", "")],
)
def test_an_update_changes_only_what_it_carries(ann: Any, method: str, path: str) -> None:
    """By any of the methods; the payload is replaced whole."""
    task = ann.create(name="old", description="kept")
    answer = ann.call(method, f"/v1/task/{task['id']}{path}", json={"name": "new"})

    assert answer.json == task | {"name": "new", "updatedAt": answer.json["updatedAt"]}


def test_a_task_that_was_read_can_be_sent_back(ann: Any) -> None:
    """Read-only members are accepted and ignored; credentials of exports survive."""
    target = {
        "type": "s3",
        "endpoint": "https://s3.example.test",
        "bucket": "b",
        "access_key": "AKIA",
        "secret_key": "hidden-key",
    }
    task = ann.create(export=[target])
    answer = ann.post(f"/v1/task/{task['id']}/update", json=task | {"name": "x"})

    assert "hidden-key" not in json.dumps(task)
    assert answer.status_code == 200
    assert answer.json["export"] == task["export"]


def test_credentials_are_stored_encrypted(ann: Any, database: Any) -> None:
    """Whoever reads the table reads no secret."""
    secret = {"type": "dropbox", "access_token": "hidden-token"}
    task = ann.create(export=[secret])
    with database.transaction("test") as tx:
        row = tx.one("find_task", task_id=task["id"], account_id=ann.account)

    assert len(row.exports) == 1
    assert "hidden-token" not in json.dumps(row.exports)


def test_tasks_are_listed_newest_first_a_page_at_a_time(ann: Any) -> None:
    """Following the links gives each task once."""
    made = [ann.create(name=str(number))["id"] for number in range(5)]
    seen, url = [], "/v1/tasks?limit=2"
    while url:
        answer = ann.post(url)
        seen += [task["id"] for task in answer.json]
        link = answer.headers.get("Link", "")
        url = link.partition(">")[0].removeprefix("<")

    assert seen == made[::-1]


@pytest.mark.parametrize("path", ["/v1/task/{}/delete", "/v1/tasks/{}delete", "/v1/task/{}"])
def test_a_deleted_task_is_gone(ann: Any, path: str) -> None:
    """Also by the published curl line that lacks a slash."""
    task = ann.create()["id"]
    answer = ann.call("DELETE", path.format(task))

    assert answer.json == {"deleted": "ok"}
    assert ann.get(f"/v1/task/{task}/info").status_code == 404
    assert ann.post(f"/v1/task/{task}/run").status_code == 404
    assert ann.call("DELETE", path.format(task)).status_code == 404
    assert ann.get("/v1/tasks").json == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/task/{}/info", None),
        ("POST", "/v1/task/{}/run", None),
        ("GET", "/v1/task/{}/results", None),
        ("POST", "/v1/task/{}/update", {"name": "x"}),
        ("DELETE", "/v1/task/{}/delete", None),
    ],
)
def test_another_accounts_task_is_as_good_as_none(
    ann: Any, bob: Any, method: str, path: str, body: Any
) -> None:
    """The same 404, to the letter, as for an id that never was."""
    task = ann.create()["id"]
    foreign = bob.call(method, path.format(task), json=body)
    unknown = bob.call(method, path.format(UNKNOWN), json=body)

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json == unknown.json
    assert bob.get("/v1/tasks").json == []


def test_every_fault_of_a_task_is_named_with_its_place(ann: Any) -> None:
    """Shape and engines together, and nothing is stored."""
    payload = {"request": {"url": "ftp://x"}, "fields": [{"name": "a", "selector": "["}]}
    answer = ann.post("/v1/task/create", json={"payload": payload, "webhok": "x"})
    faults = {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]}

    assert answer.status_code == 400
    assert {
        "/webhok",
        "/payload/request/url",
        "/payload/fields/0/selector",
        "/payload/format",
    } <= set(faults)
    assert "webhook" in faults["/webhok"]
    assert ann.get("/v1/tasks").json == []


def test_headers_of_webhooks_are_stored_sealed_and_stay_with_an_update(
    ann: Any, database: Any
) -> None:
    """Write-only: no answer shows them, no table holds them in clear, and `{}` removes them."""
    task = ann.create(webhook="https://example.test/hook", webhookHeaders={"X-Token": "t-0451"})

    def stored() -> str:
        with database.reading() as tx:
            return str(
                tx.one("find_task", task_id=task["id"], account_id=ann.account).webhook_headers
            )

    first = stored()
    ann.post(f"/v1/task/{task['id']}/update", json={**task, "name": "renamed"})
    kept = stored()
    ann.post(f"/v1/task/{task['id']}/update", json={"webhookHeaders": {}})

    assert "0451" not in json.dumps(task) + first
    assert (kept, stored()) == (first, "")
    assert first
