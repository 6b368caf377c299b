"""What bounds a process, said where its user looks: in `error` and in the log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.process import dump_process
from tests.builders.recoveries import LIMITS, Stopped, ok
from workers.db import Database


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)


def shown(process: Stopped) -> tuple[object, str]:
    """Return the status and the error code that the API shows."""
    told = dump_process(process.row(), log_link="")
    error = told["error"]
    return told["status"], error["code"] if isinstance(error, dict) else ""


def test_a_process_at_its_page_limit_has_what_it_got_and_says_so(database: Database) -> None:
    """MAX_PAGES: finished, with the records of its pages; what was left out is told."""
    process = Stopped(database, 10_000, limits=replace(LIMITS, max_pages=2))
    process.fetch(lambda page: ok(page, following="http://site.test/2"))
    process.fetch(lambda page: ok(page, following="http://site.test/3"))
    file = process.publish()

    assert shown(process) == ("finished", "max_pages")
    assert [line.split(b'"')[3][-1:] for line in file.splitlines()] == [b"1", b"2"]
    assert process.log().endswith("The process reached MAX_PAGES (2): links were left out.\n")


def test_a_process_at_its_time_limit_has_what_it_got_and_says_so(database: Database) -> None:
    """MAX_RUNTIME: finished; what was still queued is listed as truncated, and not charged."""
    process = Stopped(database, 10_000)
    process.fetch(lambda page: ok(page, following="http://site.test/2"))
    process.sql("UPDATE processes SET running_since = now() - interval '1 hour' RETURNING id")
    process.fetch(ok)
    file = process.publish()

    assert shown(process) == ("finished", "max_runtime")
    assert len(file.splitlines()) == 1
    assert "verdict=truncated" in process.log()
    assert "MAX_RUNTIME" in process.log().splitlines()[-1]
    assert process.spent() == 50
