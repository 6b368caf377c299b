from __future__ import annotations

from typing import Any

import psycopg2
import pytest

UNKNOWN = "1PBhj5EGo2hAvBsytLDL363A6Mq"


@pytest.fixture
def process(ann: Any) -> str:
    task = ann.create()["id"]
    return str(ann.post(f"/v1/task/{task}/run").json["id"])


@pytest.fixture
def give_up(database_url: str) -> Any:
    """End a process whose start page ended like this."""

    def end(process_id: str, verdict: str, state: str = "failed") -> None:
        with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE processes SET state = %s, open_pages = 0, failed_count = 1,"
                " finished_at = now() WHERE id = %s",
                [state, process_id],
            )
            cursor.execute(
                "UPDATE pages SET state = 'done', verdict = %s WHERE process_id = %s",
                [verdict, process_id],
            )
        connection.close()

    return end


@pytest.mark.parametrize("path", ["/v1/Process/{}/resume/", "/v1/processes/{}/resume"])
def test_a_canceled_process_is_resumed_under_every_spelling(
    ann: Any, process: str, path: str
) -> None:
    """The same object, running again; a second call is told that it runs."""
    ann.post(f"/v1/process/{process}/cancel")
    first = ann.post(path.format(process))
    second = ann.post(path.format(process))

    assert first.status_code == 200
    assert (first.json["id"], first.json["status"]) == (process, "running")
    assert first.json["finishedAt"] is None
    assert (second.status_code, second.json["code"]) == (409, "conflict")
    assert "is running" in second.json["detail"]


@pytest.mark.parametrize(
    ("verdict", "query"),
    [
        ("failed", ""),
        ("failed", "?verdict="),
        ("blocked", "?verdict=empty,%20Blocked"),
        ("poisoned", "?verdict=empty&verdict=poisoned"),
    ],
)
def test_pages_are_retried_by_their_verdicts(
    ann: Any, process: str, give_up: Any, verdict: str, query: str
) -> None:
    """Without a verdict those that failed; several with commas or one by one."""
    give_up(process, verdict, "finished")
    answer = ann.post(f"/v1/process/{process}/retry-failed{query}")
    pages = ann.get(f"/v1/process/{process}/pages").json

    assert (answer.status_code, answer.json["status"]) == (200, "running")
    assert pages[0]["verdict"] == "queued"


def test_an_unknown_verdict_is_named_with_those_there_are(
    ann: Any, process: str, give_up: Any
) -> None:
    """And nothing is tried again: not even what the other verdicts name."""
    give_up(process, "failed")
    answer = ann.post(f"/v1/process/{process}/retry-failed?verdict=failed,ok")

    assert answer.status_code == 400
    assert answer.json["errors"][0]["pointer"] == "/verdict"
    assert "`ok` is none of failed, blocked, empty" in answer.json["errors"][0]["detail"]
    assert ann.get(f"/v1/process/{process}/info").json["status"] == "failed"


@pytest.mark.parametrize("verb", ["resume", "retry-failed"])
def test_only_who_may_run_it_lets_a_process_go_on(
    ann: Any, bob: Any, process: str, give_up: Any, verb: str
) -> None:
    """Another account's is as good as none, and following a link starts nothing."""
    give_up(process, "failed")
    foreign = bob.post(f"/v1/process/{process}/{verb}")
    unknown = bob.post(f"/v1/process/{UNKNOWN}/{verb}")

    assert (foreign.status_code, foreign.json) == (404, unknown.json)
    assert ann.get(f"/v1/process/{process}/{verb}").status_code == 405
    assert ann.get(f"/v1/process/{process}/info").json["status"] == "failed"
