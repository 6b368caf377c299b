"""Figures of a file over the API: whose they are, and when there are none."""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest

COLUMN = {"column": "Title_text", "pointer": "/fields/0", "filled": 3}


@pytest.fixture
def process(ann: Any) -> str:
    task = ann.create()["id"]
    return str(ann.post(f"/v1/task/{task}/run").json["id"])


@pytest.fixture
def end(database_url: str, process: str) -> Any:
    """End the process by hand, with figures or without."""

    def ended(*, counted: bool) -> None:
        with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE processes SET state = 'finished' WHERE id = %s", [process])
            if counted:
                cursor.execute(
                    "INSERT INTO process_stats (process_id, records, left_out, columns)"
                    """ VALUES (%s, 3, 0, '[{"column": "Title_text", "pointer": "/fields/0","""
                    """ "filled": 3}]')""",
                    [process],
                )
        connection.close()

    return ended


def test_figures_are_shown_to_their_owner_alone(ann: Any, bob: Any, process: str, end: Any) -> None:
    """By GET and POST alike."""
    end(counted=True)
    shown = ann.get(f"/v1/process/{process}/stats")

    assert shown.json == {"records": 3, "columns": [COLUMN], "columnsLeftOut": 0}
    assert ann.post(f"/v1/Processes/{process}/stats/").json == shown.json
    assert bob.get(f"/v1/process/{process}/stats").status_code == 404


def test_a_run_has_no_figures_before_it_ends(ann: Any, process: str) -> None:
    """The answer says when there will be some."""
    early = ann.get(f"/v1/process/{process}/stats")

    assert early.status_code == 409
    assert "once it is there" in early.json["detail"]
    assert ann.get(f"/v1/process/{process}/info").json["warnings"] == []


def test_a_run_that_was_never_counted_says_so(ann: Any, process: str, end: Any) -> None:
    """A document has no records, and a run of before an update was not counted."""
    end(counted=False)

    assert ann.get(f"/v1/process/{process}/stats").status_code == 409


def test_a_task_of_a_bare_payload_is_listed_by_its_name(ann: Any) -> None:
    """A list of nameless tasks helps nobody."""
    bare = {
        "name": "books",
        "request": {"url": "https://example.test/list"},
        "fields": [{"name": "Title", "selector": "h3 a"}],
        "format": "json",
    }
    made = ann.post("/v1/task/create", json=bare).json

    assert made["name"] == "books"
    assert [task["name"] for task in ann.get("/v1/tasks").json] == ["books"]
