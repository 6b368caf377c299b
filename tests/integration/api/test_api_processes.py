from __future__ import annotations

import urllib.request
from typing import Any

import psycopg2
import pytest

UNKNOWN = "1PBhj5EGo2hAvBsytLDL363A6Mq"


@pytest.fixture
def process(ann: Any) -> dict[str, Any]:
    task = ann.create()["id"]
    run: dict[str, Any] = ann.post(f"/v1/task/{task}/run").json
    return run


@pytest.fixture
def finish(database_url: str, storage: Any) -> Any:
    """End a process by hand, with a file of one record."""

    def end(process_id: str, **columns: object) -> str:
        name = f"{process_id[:8]}_2026-11-24_16:04.json"
        key = f"results/{process_id}/1.json"
        storage.put(key, [b'[{"a":"b"}]'], "application/json")
        values = {"state": "finished", "results_name": name, "results_key": key} | columns
        names = ", ".join(f"{column} = %s" for column in values)
        with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE processes SET {names}, finished_at = now(), started_at = now(),"
                " publish_due = false WHERE id = %s",
                [*values.values(), process_id],
            )
        connection.close()
        return name

    return end


def test_a_run_returns_at_once_as_running(ann: Any, process: dict[str, Any]) -> None:
    """Also while no worker is there; its object holds every published field."""
    read = ann.get(f"/v1/Process/{process['id']}/info/").json

    assert read == process
    assert (process["status"], process["state"]) == ("running", "queued")
    assert process["startedAt"] is process["finishedAt"] is None
    assert process["requestCount"] == process["cost"] == process["missingCredits"] == 0
    assert process["results"] == process["logFile"] == ""


def test_an_idempotency_key_starts_one_process(ann: Any) -> None:
    """The same key and task: the same process; another key: another."""
    task = ann.create()["id"]
    runs = [
        ann.post(f"/v1/task/{task}/run", headers={"Idempotency-Key": key}).json["id"]
        for key in ("a", "a", "b")
    ]

    assert runs[0] == runs[1] != runs[2]
    assert len(ann.get(f"/v1/task/{task}/results").json) == 2


def test_a_bad_idempotency_key_starts_nothing(ann: Any) -> None:
    """Too long: 400, no process."""
    task = ann.create()["id"]
    answer = ann.post(f"/v1/task/{task}/run", headers={"Idempotency-Key": "k" * 256})

    assert answer.status_code == 400
    assert ann.get(f"/v1/task/{task}/results").json == []


def test_a_cancel_is_a_receipt_and_may_be_repeated(ann: Any, process: dict[str, Any]) -> None:
    """The reply already says so, and a second call changes nothing."""
    first = ann.post(f"/v1/process/{process['id']}/cancel").json
    second = ann.post(f"/v1/processes/{process['id']}/cancel").json

    assert first["status"] == "canceled"
    assert second == first


def test_results_of_a_task_are_paged_newest_first(ann: Any) -> None:
    """Following the link gives each process once."""
    task = ann.create()["id"]
    runs = [ann.post(f"/v1/task/{task}/run").json["id"] for _ in range(3)]
    first = ann.get(f"/v1/task/{task}/results?limit=2")
    second = ann.get(first.headers["Link"].partition(">")[0].removeprefix("<"))

    assert [run["id"] for run in first.json + second.json] == runs[::-1]
    assert "Link" not in second.headers


def test_pages_are_listed_and_filtered(ann: Any, process: dict[str, Any]) -> None:
    """The start page is known from the beginning."""
    url = f"/v1/process/{process['id']}/pages"
    pages = ann.get(url).json

    assert [page["url"] for page in pages] == ["https://example.test/list"]
    assert pages[0]["verdict"] == "queued"
    assert ann.get(f"{url}?verdict=ok").json == []
    assert ann.get(f"{url}?verdict=strange").status_code == 400


def test_pages_go_on_behind_their_link(
    ann: Any, process: dict[str, Any], database_url: str
) -> None:
    """The cursor is a place in the document."""
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pages (process_id, collection, position, key, url, host)"
            " SELECT %s, 0, ARRAY[1, n], gen_random_uuid(), 'https://example.test/' || n, 'h'"
            " FROM generate_series(1, 4) AS n",
            [process["id"]],
        )
    connection.close()
    seen, url = [], f"/v1/process/{process['id']}/pages?limit=2"
    while url:
        answer = ann.get(url)
        seen += [page["position"] for page in answer.json]
        url = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert seen == [[1], [1, 1], [1, 2], [1, 3], [1, 4]]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", None])
def test_a_link_opens_the_file_for_anybody(
    ann: Any, process: dict[str, Any], finish: Any, kind: str | None
) -> None:
    """As text, by the raw body of a GET, as the published curl line asks for it."""
    name = finish(process["id"])
    answer = ann.get("/v1/getlink", data=name, content_type=kind)
    with urllib.request.urlopen(answer.text) as opened:  # noqa: S310 - our own test server
        body = opened.read()

    assert answer.content_type.startswith("text/plain")
    assert body == b'[{"a":"b"}]'


def test_a_link_is_json_for_who_asks_for_it(ann: Any, process: dict[str, Any], finish: Any) -> None:
    """A whole process object works as the body."""
    finish(process["id"])
    whole = ann.get(f"/v1/process/{process['id']}/info").json
    answer = ann.post("/v1/getlink", json=whole, headers={"Accept": "application/json"})

    assert set(answer.json) == {"link", "expiresAt"}
    assert answer.json["expiresAt"].isdigit()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/process/{}/info"),
        ("POST", "/v1/process/{}/cancel"),
        ("GET", "/v1/process/{}/pages"),
        ("GET", "/v1/process/{}/deliveries"),
        ("POST", "/v1/delivery/{}/resend"),
    ],
)
def test_another_accounts_process_is_as_good_as_none(
    bob: Any, process: dict[str, Any], method: str, path: str
) -> None:
    """The same 404 as for an id that never was."""
    foreign = bob.call(method, path.format(process["id"]))
    unknown = bob.call(method, path.format(UNKNOWN))

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json == unknown.json


def test_another_accounts_file_is_as_good_as_none(
    bob: Any, process: dict[str, Any], finish: Any
) -> None:
    """A known name is not enough."""
    foreign = bob.get("/v1/getlink", data=finish(process["id"]))
    unknown = bob.get("/v1/getlink", data="none.json")

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json == unknown.json
    assert "no results file with this name" in unknown.json["detail"]


def test_credits_and_secret_are_the_accounts_own(bob: Any) -> None:
    """Numbers with up to three decimals."""
    assert bob.get("/v1/credits").json == {
        "balance": 12.345,
        "reserved": 0,
        "spent": 0,
        "unlimited": False,
    }
    assert bob.get("/v1/webhooks/secret").json == {"secret": bob.secret}


def test_deliveries_of_a_process_are_listed(ann: Any, process: dict[str, Any]) -> None:
    """None before its end."""
    assert ann.get(f"/v1/process/{process['id']}/deliveries").json == []
