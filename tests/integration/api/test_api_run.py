"""The body of a run, and a run that is waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import psycopg2
import pytest

from workers import processes, single
from workers.errors import DatabaseUnavailable

HOOK = "https://flow.example/resume/1"


@pytest.fixture
def task(ann: Any) -> str:
    return str(ann.create()["id"])


@pytest.fixture
def end_soon(database_url: str) -> Iterator[Callable[..., None]]:
    """A stand-in for the workers: brings what runs to another state, in a moment."""
    threads: list[threading.Thread] = []

    def work(state: str, delay: float) -> None:
        time.sleep(delay)
        with closing(psycopg2.connect(database_url)) as connection:
            connection.autocommit = True
            ended = "now()" if state != "pending" else "NULL"
            connection.cursor().execute(
                f"UPDATE processes SET state = %s, finished_at = {ended}", [state]
            )

    def begin(state: str = "finished", delay: float = 0.4) -> None:
        threads.append(threading.Thread(target=work, args=(state, delay)))
        threads[-1].start()

    yield begin
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("body", ["", "  ", "{}", '{"webhook": ""}'])
def test_a_run_needs_no_body(ann: Any, task: str, body: str) -> None:
    """Nothing, blanks, an empty object, and an empty webhook as tools send it: all the same."""
    key = {"Idempotency-Key": "one"}
    first = ann.post(f"/v1/task/{task}/run", headers=key)
    again = ann.post(f"/v1/task/{task}/run", data=body, headers=key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json["id"] == first.json["id"]


@pytest.mark.parametrize(
    ("body", "pointer", "word"),
    [
        ('{"webhok": "https://x.example/"}', "/webhok", "`webhook`"),
        ('{"callbacks": []}', "/callbacks", "`webhook`"),
        ('{"webhook": "ftp://x.example/"}', "/webhook", "http"),
        ('{"webhook": "http://me:secret@x.example/"}', "/webhook", "password"),
        ('{"webhook": 1}', "/webhook", "string"),
        ('{"webhook": null}', "/webhook", "null"),
        ("[]", "", "object"),
        ("null", "", "object"),
        ('"x"', "", "object"),
        ("{", "", ""),
    ],
)
def test_a_body_that_cannot_be_used_starts_nothing(
    ann: Any, task: str, body: str, pointer: str, word: str
) -> None:
    """The fault's place, and what is allowed there."""
    answer = ann.post(f"/v1/task/{task}/run", data=body)

    assert answer.status_code == 400
    assert pointer in [fault["pointer"] for fault in answer.json["errors"]]
    assert word in str(answer.json)
    assert ann.get(f"/v1/task/{task}/results").json == []


def test_one_key_is_one_body(ann: Any, task: str) -> None:
    """The same wishes however they are written; others under the same key are a conflict."""
    run, key = f"/v1/task/{task}/run", {"Idempotency-Key": "one"}
    first = ann.post(run, data=f'{{"webhook": "{HOOK}"}}', headers=key)
    again = ann.post(run, data=f'{{ "webhook" :"{HOOK}" }}', headers=key)
    others = [ann.post(run, data=body, headers=key) for body in ("", f'{{"webhook": "{HOOK}2"}}')]

    assert again.json["id"] == first.json["id"]
    assert [(other.status_code, other.json["code"]) for other in others] == [(409, "conflict")] * 2
    assert len(ann.get(f"/v1/task/{task}/results").json) == 1


@pytest.mark.parametrize("wait", ["121", "-1", "1.5", "long", "1e1", "9" * 30])
def test_nobody_waits_longer_than_two_minutes(ann: Any, task: str, wait: str) -> None:
    """Another number of seconds is refused before anything starts."""
    answer = ann.post(f"/v1/task/{task}/run?wait={wait}")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, "/wait")
    assert ann.get(f"/v1/task/{task}/results").json == []


@pytest.mark.parametrize("state", ["finished", "failed", "canceled", "pending"])
def test_a_run_that_is_waited_for_answers_when_it_stands_still(
    ann: Any, task: str, end_soon: Callable[..., None], state: str
) -> None:
    """With the process as it then is, whatever became of it; 200."""
    end_soon(state)
    began = time.monotonic()
    answer = ann.post(f"/v1/task/{task}/run?wait=60")

    assert (answer.status_code, answer.json["status"]) == (200, state)
    assert 0.3 < time.monotonic() - began < 10


def test_a_run_that_takes_longer_goes_on(ann: Any, task: str) -> None:
    """The answer is the process as it is when the time is up."""
    answer = ann.post(f"/v1/task/{task}/run?wait=1")

    assert (answer.status_code, answer.json["status"]) == (200, "running")
    assert ann.get(f"/v1/process/{answer.json['id']}/info").json["state"] == "queued"


def test_a_repeated_call_waits_for_the_same_process(
    ann: Any, task: str, end_soon: Callable[..., None]
) -> None:
    """And once that has ended, it answers at once."""
    run, key = f"/v1/task/{task}/run", {"Idempotency-Key": "one"}
    started = ann.post(run, headers=key).json
    end_soon()
    waited, at_once = (ann.post(f"{run}?wait=60", headers=key).json for _ in range(2))

    assert started["id"] == waited["id"] == at_once["id"]
    assert waited["status"] == at_once["status"] == "finished"


def test_a_caller_who_hangs_up_stops_nothing(
    ann: Any, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait ends, so that its place is free; the process goes on."""
    monkeypatch.setattr("app.caller.gone", lambda: True)
    began = time.monotonic()
    answer = ann.post(f"/v1/task/{task}/run?wait=60")

    assert time.monotonic() - began < 5
    assert ann.get(f"/v1/process/{answer.json['id']}/info").json["status"] == "running"


def test_runs_leave_places_to_those_who_cannot_do_without(
    ann: Any, task: str, end_soon: Callable[..., None]
) -> None:
    """Single calls find two however many runs are waited for; a run without one answers at once."""
    with ExitStack() as held:
        free = [held.enter_context(single.spare_place()) for _ in range(3)]
        began = time.monotonic()
        answer = ann.post(f"/v1/task/{task}/run?wait=60")
        took = time.monotonic() - began
        for _ in range(2):
            held.enter_context(single.place())
    end_soon(delay=0.1)
    again = ann.post(f"/v1/task/{task}/run?wait=60")

    assert free == [True, True, False]
    assert (answer.status_code, answer.json["status"]) == (200, "running")
    assert took < 5
    assert again.json["status"] == "finished"


def test_single_calls_leave_runs_no_place_when_all_are_theirs() -> None:
    """And a place that could not be had is not given back either."""
    with ExitStack() as held:
        for _ in range(single.WAITING):
            held.enter_context(single.place())
        free = [held.enter_context(single.spare_place()) for _ in range(2)]
    with ExitStack() as held:
        after = [held.enter_context(single.spare_place()) for _ in range(2)]
        for _ in range(single.WAITING - 2):
            held.enter_context(single.place())

    assert (free, after) == ([False, False], [True, True])


def test_a_database_that_is_away_meanwhile_is_waited_for(
    ann: Any, task: str, end_soon: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was started: its caller hears of it."""
    find, away = processes.find, [DatabaseUnavailable()] * 3

    def sometimes(*args: Any, **more: Any) -> Any:
        if away:
            raise away.pop()
        return find(*args, **more)

    monkeypatch.setattr("workers.single.processes.find", sometimes)
    end_soon()
    answer = ann.post(f"/v1/task/{task}/run?wait=60")

    assert (answer.status_code, answer.json["status"]) == (200, "finished")
    assert away == []


def test_another_account_can_neither_run_nor_wait(bob: Any, task: str) -> None:
    """As without."""
    assert (
        bob.post(f"/v1/task/{task}/run?wait=60", data=f'{{"webhook": "{HOOK}"}}').status_code == 404
    )
