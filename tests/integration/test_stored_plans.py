from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from schemas.analyses import load_stored
from schemas.problem import Fault, Invalid
from tests.builders.recoveries import Stopped, ok
from workers import jobs, processes
from workers.db import Database
from workers.errors import Conflict, PlanUnusable
from workers.processes import plans

OUTDATED = "UPDATE processes SET plan = NULL, payload = '{}' WHERE id = %s RETURNING id"


@pytest.fixture
def process(database: Database, monkeypatch: pytest.MonkeyPatch) -> Stopped:
    """A process that waits for its first slice, whose hints are not sent."""
    monkeypatch.setattr("workers.celery.send", lambda *_: True)
    monkeypatch.setattr("workers.celery.revoke", lambda *_: True)
    monkeypatch.setattr(jobs, "database", lambda: database)
    return Stopped(database, credits=20 * 50)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The payloads that were compiled."""
    seen: list[object] = []

    def note(payload: object, **more: Any) -> Any:
        seen.append(payload)
        return load_stored(payload, **more)

    for name in ("submit", "plans"):
        monkeypatch.setattr(import_module(f"workers.processes.{name}"), "load_stored", note)
    return seen


def test_a_payload_is_compiled_once_in_the_life_of_its_process(
    process: Stopped, compiled: list[object]
) -> None:
    """When the process is inserted; slices, the file and a retry load the plan as it was stored."""
    task = process.row().task_id
    process.id = processes.submit(process.database, task_id=task, account_id=process.account).id
    process.fetch(lambda page: ok(page, count=0))
    process.publish()
    process.retry("empty")
    process.fetch(ok)
    process.publish()

    assert process.row().state == "finished"
    assert len(compiled) == 1


def test_a_process_of_a_release_that_stored_no_plans_goes_on(
    process: Stopped, compiled: list[object]
) -> None:
    """Its plan is compiled from the payload, by whoever needs it."""
    process.sql("UPDATE processes SET plan = NULL WHERE id = %s RETURNING id", process.id)
    process.fetch(ok)
    results = process.publish()

    assert results.count(b"\n") == 1
    assert len(compiled) == 1


def test_a_stored_plan_is_not_checked_again(
    process: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that checks payloads more strictly ends no process that runs."""

    def refuse(*_: object, **__: object) -> None:
        raise Invalid([Fault("/fields", "is refused from now on")])

    monkeypatch.setattr(plans, "load_stored", refuse)
    process.fetch(ok)

    assert process.publish().count(b"\n") == 1


@pytest.mark.parametrize("job", [jobs.crawl, jobs.chrome])
def test_a_process_whose_payload_is_of_no_use_any_more_fails_with_the_reason(
    process: Stopped, monkeypatch: pytest.MonkeyPatch, job: Callable[[str], None]
) -> None:
    """It is hinted no more, nothing is held, and its log and its webhook say why."""
    monkeypatch.setattr("workers.runtime.identity.cage", lambda: None)
    if job is jobs.chrome:
        process.sql("UPDATE pages SET queue = 'chrome' RETURNING id")
    process.sql(OUTDATED, process.id)
    job(process.id)
    row = process.row()
    assert (row.state, row.publish_due, row.error_code) == ("publishing", True, "internal")
    assert process.sql("SELECT id FROM slices") == []

    assert process.publish() == b""
    row = process.row()
    assert (row.state, row.publish_due, row.error_code) == ("failed", False, "internal")
    assert "This release can't use the payload" in row.error_message
    assert row.error_message in process.log()
    assert process.events == ["process.failed"]


def test_records_that_no_plan_can_read_end_as_a_failure_and_not_in_circles(
    process: Stopped,
) -> None:
    """The pages are there, their file is due, and a release comes that can't use the payload."""
    process.fetch(ok)
    process.sql(OUTDATED, process.id)

    assert process.publish() == b""
    assert (process.row().state, process.row().error_code) == ("failed", "internal")
    assert process.row().error_message in process.log()


def test_a_file_that_is_there_outlives_a_payload_of_no_use(process: Stopped) -> None:
    """A canceled process keeps its partial file, and can't be resumed: the answer says why."""
    process.fetch(lambda page: ok(page, following="http://site.test/2"))
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    partial = process.publish()
    process.sql(OUTDATED, process.id)
    with pytest.raises(Conflict, match="can't use the payload"):
        process.resume()
    process.sql("UPDATE processes SET publish_due = true WHERE id = %s RETURNING id", process.id)

    assert process.publish() == partial != b""
    assert process.row().state == "canceled"


def test_whoever_ended_before_is_not_given_up(process: Stopped) -> None:
    """A cancel that came first stays what the process ended with."""
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    processes.give_up(process.database, process.id, PlanUnusable())

    assert (process.row().state, process.row().error_code) == ("canceled", None)
