"""The list of an account's processes: what it shows, and that an index serves each question."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from workers.db.queries import queries

UNKNOWN = "1PBhj5EGo2hAvBsytLDL363A6Mq"
MANY = 12_000
FILL = """
INSERT INTO processes (id, task_id, account_id, payload, state, created_at, finished_at, listed)
SELECT left(to_hex(n + 268435456) || md5(%(account)s), 27), %(task)s, %(account)s, '{}',
    CASE WHEN n %% 4000 = 0 THEN 'failed' WHEN n > 11990 THEN 'running' ELSE 'finished' END,
    now() - make_interval(mins => 20000 - n),
    CASE WHEN n <= 11990 THEN now() - make_interval(mins => 20000 - n) END, true
FROM generate_series(1, %(many)s) AS n
"""


@pytest.fixture
def execute(database_url: str) -> Iterator[Callable[..., list[Any]]]:
    """Run a statement and return its rows."""
    with closing(psycopg2.connect(database_url)) as connection:
        connection.autocommit = True

        def run(statement: str, values: Any = None) -> list[Any]:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def runs(ann: Any) -> list[str]:
    """Start five processes of two tasks, the oldest first."""
    tasks = [ann.create()["id"] for _ in range(2)]
    return [ann.post(f"/v1/task/{tasks[n % 2]}/run").json["id"] for n in range(5)]


@pytest.fixture
def crowded(ann: Any, bob: Any, execute: Callable[..., list[Any]]) -> Any:
    """Return the first of two accounts that have thousands of runs each, as after months."""
    for caller in (bob, ann):
        execute(FILL, {"task": caller.create()["id"], "account": caller.account, "many": MANY})
    execute("VACUUM ANALYZE processes")
    return ann


def ids(caller: Any, query: str = "") -> list[str]:
    return [row["id"] for row in caller.get(f"/v1/processes{query}").json]


def test_processes_of_all_tasks_come_newest_first(ann: Any, runs: list[str]) -> None:
    """Each once, a page at a time, under any spelling of the path."""
    seen, url = [], "/v1/processes?limit=2&status=running"
    while url:
        answer = ann.post(url)
        seen += [row["id"] for row in answer.json]
        url = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert seen == runs[::-1] == ids(ann) == [r["id"] for r in ann.get("/v1/Process/").json]
    assert ann.get("/v1/processes?limit=1").json == [ann.get(f"/v1/process/{runs[-1]}/info").json]


def test_what_is_listed_can_be_narrowed_by_status_and_task(
    ann: Any, runs: list[str], execute: Callable[..., list[Any]]
) -> None:
    """By the words that process objects have, in any letter case, and both at once."""
    ann.post(f"/v1/process/{runs[0]}/cancel")
    execute("UPDATE processes SET state = 'pending' WHERE id = %s", [runs[1]])
    execute("UPDATE processes SET state = 'pending', publish_due = true WHERE id = %s", [runs[2]])
    task = ann.get(f"/v1/process/{runs[0]}/info").json["taskID"]
    found = {
        status: ids(ann, f"?status={status}")
        for status in ("canceled", "pending", "Running", "finished", "failed")
    }
    told = {row["id"]: row["status"] for row in ann.get("/v1/processes").json}

    assert found == {
        "canceled": [runs[0]],
        "pending": [runs[1]],
        "Running": [runs[4], runs[3], runs[2]],
        "finished": [],
        "failed": [],
    }
    assert all(told[id_] == word.lower() for word, found_ids in found.items() for id_ in found_ids)
    assert ids(ann, f"?task={task}") == [runs[4], runs[2], runs[0]]
    assert ids(ann, f"?task={task}&status=canceled") == [runs[0]]


def test_since_finds_what_started_or_ended_after_a_moment(
    ann: Any, runs: list[str], execute: Callable[..., list[Any]]
) -> None:
    """So a poll that says when it asked last misses no long run that ended meanwhile."""
    old = datetime.now(UTC) - timedelta(hours=3)
    execute("UPDATE processes SET created_at = %s", [old])
    execute("UPDATE processes SET state = 'finished', finished_at = now() WHERE id = %s", [runs[1]])
    execute("UPDATE processes SET created_at = now() WHERE id = %s", [runs[3]])
    hour = datetime.now(UTC) - timedelta(hours=1)
    forms = [
        str(int(hour.timestamp())),
        f"{hour:%Y-%m-%dT%H:%M:%SZ}",
        f"{hour:%Y-%m-%dT%H:%M:%S}%2B00:00",
        f"{hour:%Y-%m-%dT%H:%M:%S}+00:00",
    ]

    assert [ids(ann, f"?since={form}") for form in forms] == [[runs[3], runs[1]]] * 4
    assert ids(ann, f"?since={forms[0]}&status=finished") == [runs[1]]
    assert ids(ann, f"?since={int(time.time()) + 60}") == []
    assert ids(ann, "?since=0") == runs[::-1]


def test_single_calls_are_in_no_list_but_their_tasks(
    ann: Any, runs: list[str], execute: Callable[..., list[Any]]
) -> None:
    """A process of an unlisted task is shown by its id, and by its task's."""
    task = ann.create()["id"]
    execute("UPDATE tasks SET listed = false WHERE id = %s", [task])
    single = ann.post(f"/v1/task/{task}/run").json["id"]

    assert ids(ann) == runs[::-1]
    assert ids(ann, f"?task={task}") == [single]


def test_processes_of_deleted_tasks_are_gone(ann: Any, runs: list[str]) -> None:
    """As everywhere."""
    task = ann.get(f"/v1/process/{runs[0]}/info").json["taskID"]
    ann.post(f"/v1/task/{task}/delete")

    assert ids(ann) == [runs[3], runs[1]]
    assert ann.get(f"/v1/processes?task={task}").status_code == 404


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("status=done", ["/status"]),
        ("task=short", ["/task"]),
        ("since=yesterday", ["/since"]),
        ("since=2026-11-24T16:53:33", ["/since"]),
        ("since=1764600000000", ["/since"]),
        ("since=-1", ["/since"]),
        ("since=%D9%A1%D9%A2", ["/since"]),
        ("since=0001-01-01T00:00:00%2B14:00", ["/since"]),
        ("limit=0", ["/limit"]),
        ("cursor=mine", ["/cursor"]),
        ("status=x&since=x&limit=x&cursor=x", ["/status", "/since", "/limit", "/cursor"]),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_used_is_named(ann: Any, query: str, places: list[str]) -> None:
    """All at once, each with its pointer."""
    answer = ann.get(f"/v1/processes?{query}")

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json["errors"]] == places


def test_another_account_sees_nothing(ann: Any, bob: Any, runs: list[str]) -> None:
    """An empty list, and the same 404 for its task as for one that never was."""
    task = ann.get(f"/v1/process/{runs[0]}/info").json["taskID"]
    foreign, unknown = (bob.get(f"/v1/processes?task={id_}") for id_ in (task, UNKNOWN))

    assert ids(bob) == []
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json == unknown.json


@pytest.mark.parametrize(
    ("values", "index", "most"),
    [
        ({}, "processes_of_account", 0),
        ({"before": 6000}, "processes_of_account", 0),
        ({"status": "finished"}, "processes_of_account", 10),
        ({"status": "failed"}, "processes_by_status", 0),
        ({"status": "running", "before": 11_995}, "processes_by_status", 0),
        ({"since": "-8005 min"}, "processes_since", 0),
    ],
)
def test_each_question_has_an_index_among_thousands_of_runs(
    crowded: Any,
    execute: Callable[..., list[Any]],
    values: dict[str, Any],
    index: str,
    most: int,
) -> None:
    """Hardly a row is read that the list does not show; most have the status that is common."""
    if "since" in values:
        since = timedelta(minutes=int(values["since"].split()[0]))
        values = values | {"since": datetime.now(UTC) + since}
    asked = {
        "account_id": crowded.account,
        "status": None,
        "since": None,
        "before": None,
        "limit": 101,
    }
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {queries()['processes_of_account']}"
    ((plan,),) = execute(explain, asked | values)
    nodes = list(walk(plan[0]["Plan"]))
    read = sum(node["Actual Rows"] for node in nodes if "Scan" in node["Node Type"])

    assert index in {node.get("Index Name") for node in nodes}, json.dumps(plan, indent=1)
    assert read <= 2 * 101
    assert sum(node.get("Rows Removed by Filter", 0) for node in nodes) <= most


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a node of a plan and all below it."""
    yield node
    for inner in node.get("Plans", []):
        yield from walk(inner)


def test_a_page_of_the_list_costs_no_more_among_thousands(crowded: Any) -> None:
    """The first page and one from the middle: well below the time of reading them all."""
    first = crowded.get("/v1/processes?limit=100")
    url = first.headers["Link"].partition(">")[0].removeprefix("<")
    began = time.monotonic()
    second = crowded.get(url)

    assert len(first.json) == len(second.json) == 100
    assert time.monotonic() - began < 0.5
