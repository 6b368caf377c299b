"""The calls of the example flows, in their order, on the real application."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

from tests.builders.n8n import FLOWS, HTTP, Execution, call_of, following

RECORDS = '{"Title_text":"Oak Shelf"}\n{"Title_text":"Slate Basket"}'


@pytest.fixture
def end_runs(database_url: str) -> Callable[[], None]:
    """End every run, as workers would, with a page of two records."""

    def end() -> None:
        with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE processes SET state = 'finished', finished_at = now(), record_count = 2,"
                " open_pages = 0"
            )
            cursor.execute(
                "UPDATE pages SET state = 'done', verdict = 'ok', record_count = 2, records = %s,"
                " done_at = now()", [RECORDS],
            )  # fmt: skip
        connection.close()

    return end


def play(caller: Any, flow: Any, trigger: str, **effects: Callable[[Any], Any]) -> dict[str, Any]:
    """Go through a flow from its trigger; returns what each call was answered, by node.

    A list is an item for each entry, as n8n has it; the first is gone on with. ``effects``: what
    becomes of an item at a node that is no call, by the last word of its type.
    """
    execution, answers = Execution(), {}
    waiting = deque([(node, {}) for node in following(flow, trigger)])
    while waiting:
        node, item = waiting.popleft()
        if node["type"] == HTTP:
            call = call_of(node, item, execution)
            more = {"json": call.body} if call.body is not None else {}
            path = call.url.removeprefix("http://127.0.0.1:8000")
            answer = caller.call(
                call.method, path, query_string=call.query, headers=dict(call.headers), **more
            )
            assert answer.status_code == 200, f"{node['name']}: {answer.text}"
            answers[node["name"]] = answer.json
            item = answer.json[0] if isinstance(answer.json, list) else answer.json
        elif node["type"].endswith(".set"):
            assigned = node["parameters"]["assignments"]["assignments"]
            item = {one["name"]: one["value"] for one in assigned}
        else:
            item = effects[node["type"].rpartition(".")[2]](item)
        execution.items[node["name"]] = item
        waiting += [(after, item) for after in following(flow, node["name"])]
    return answers


def test_a_task_is_run_and_waited_for_or_wakes_the_flow(
    ann: Any, end_runs: Callable[[], None], monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """Both ways lead to the records; each run is one run, and the webhook is the flow's own."""
    ann.create()
    look = "workers.single.time.sleep"
    monkeypatch.setattr(look, lambda _: end_runs())

    def woken(started: Any) -> Any:
        with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT webhook FROM processes WHERE id = %s", [started["id"]])
            assert cursor.fetchall() == [(Execution().resume_url,)]
        connection.close()
        end_runs()
        body = ann.get("/v1/webhooks/sample").json
        body["data"]["process"] = ann.get(f"/v1/process/{started['id']}/info").json
        return {"body": body}

    answers = play(ann, FLOWS["run-a-task"], "Start", wait=woken)

    assert answers["Whose key is this"]["name"] == "ann"
    assert answers["Run and wait"]["status"] == "finished"
    assert answers["Run and be woken"]["id"] != answers["Run and wait"]["id"]
    for records in ("Its records", "Records of the run"):
        assert [one["Title_text"] for one in answers[records]] == ["Oak Shelf", "Slate Basket"]


def test_a_flow_subscribes_is_told_and_unsubscribes(ann: Any) -> None:
    """What is told holds the records at the place where the flow looks for them."""
    flow = FLOWS["be-told-of-runs"]
    answers = play(ann, flow, "Once, by hand")
    told = {"body": answers["What I shall be told"]}
    [split] = following(flow, "A run has ended")
    value: Any = told
    for name in split["parameters"]["fieldToSplitOut"].split("."):
        value = value[name]

    assert [row["id"] for row in answers["Who is told"]] == [answers["Tell me"]["id"]]
    assert all("Title_text" in record for record in value)
    assert answers["Tell me no more"] == {"deleted": "ok"}
    assert ann.get("/v1/webhooks").json == []


def test_a_flow_finds_what_has_finished_since_it_looked(
    ann: Any, end_runs: Callable[[], None]
) -> None:
    """The id by which n8n knows a run again is there, and so are its records."""
    task = ann.create()["id"]
    run = ann.post(f"/v1/task/{task}/run").json["id"]
    end_runs()
    answers = play(
        ann, FLOWS["look-for-finished-runs"], "Every five minutes", removeDuplicates=lambda one: one
    )

    assert [row["id"] for row in answers["What has finished"]] == [run]
    assert len(answers["Their records"]) == 2
