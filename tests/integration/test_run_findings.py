"""What a run's files say of it: figures, warnings, log and webhook, made anew with each file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import orjson
import pytest

from schemas.process import dump_process
from schemas.slice import ClaimedPage, Outcome
from tests.builders.recoveries import PRICE, Stopped, given_up, ok
from workers import processes
from workers.db import Database
from workers.errors import Conflict
from workers.publish import slice_files

SECOND = "http://site.test/2"
REPORT = orjson.dumps(
    {
        "pages": 1, "blocks": 1, "records": 1, "blocks_by": "fields", "next_matches": 0,
        "next_candidates": 0, "loops": False,
        "fields": [{"matches": 1, "in_blocks": 1, "blocks_without": 0, "seconds": 0.0, "keys": []}],
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("send", "revoke"):
        monkeypatch.setattr(f"workers.celery.{name}", lambda *_: True)


@pytest.fixture
def process(database: Database) -> Stopped:
    """A process of one field and a paginator, that waits for its first slice."""
    return Stopped(database, 20 * PRICE)


def reported(page: ClaimedPage, report: bytes = REPORT, **more: Any) -> Outcome:
    return replace(ok(page, **more), report=report)


def told(process: Stopped) -> list[str]:
    """Return the codes that the process object shows."""
    shown: Any = dump_process(process.row(), log_link="")
    return [one["code"] for one in shown["warnings"]]


def figures(process: Stopped) -> Any:
    return processes.stats(process.database, account_id=process.account, process_id=process.id)


def test_an_end_says_what_is_odd_in_object_log_and_webhook(process: Stopped) -> None:
    """The paginator has nine pages to go and led to none."""
    process.fetch(reported)
    process.publish()
    (snapshot,) = process.sql("SELECT snapshot FROM deliveries")
    webhook = orjson.loads(snapshot[0])["process"]["warnings"]
    last = process.log().splitlines()[-1]

    assert told(process) == ["no_next"]
    assert webhook == dump_process(process.row(), log_link="")["warnings"]
    assert (webhook[0]["pointer"], webhook[0]["code"]) == (
        "/paginator/nextPageSelector",
        "no_next",
    )
    assert last == (
        f"# warning no_next at /paginator/nextPageSelector: {webhook[0]['detail']}"
        f" {webhook[0]['hint']}"
    )


def test_figures_are_those_of_the_file(process: Stopped) -> None:
    """Of each column of the payload, at the place that the payload has for it."""
    process.fetch(partial(reported, count=3))
    process.publish()
    found = figures(process)
    (column,) = found.columns

    assert found.records == 3
    assert (column["column"], column["pointer"]) == ("T_text", "/fields/0")
    assert (column["filled"], column["distinct"], column["distinctExact"]) == (3, 1, True)
    assert column["top"] == [{"value": "http://site.test/1", "count": 3}]
    assert column["types"] == {"url": 3}


def test_a_run_that_goes_on_has_no_warnings_until_its_new_file_is_made(process: Stopped) -> None:
    """Then they are those of all its pages, and the figures too."""
    process.fetch(given_up)
    process.publish()
    assert told(process) == []
    assert figures(process).records == 0
    process.resume()
    with pytest.raises(Conflict):
        figures(process)
    process.fetch(partial(reported, following=SECOND))
    process.fetch(given_up)
    process.publish()
    assert told(process) == []
    process.retry()
    process.fetch(partial(reported, count=4))
    process.publish()

    assert figures(process).records == 5
    assert told(process) == []


def test_a_partial_file_is_counted_as_it_is(process: Stopped) -> None:
    """A paginator is not blamed for pages that nobody fetched."""
    process.fetch(partial(reported, following=SECOND))
    processes.cancel(process.database, account_id=process.account, process_id=process.id)
    assert told(process) == []
    process.publish()

    assert process.row().state == "canceled"
    assert (figures(process).records, told(process)) == (1, [])


def test_a_report_of_another_release_is_passed_over(process: Stopped) -> None:
    """The file is made all the same."""
    process.fetch(partial(reported, report=b'{"blocks": 7}', following=SECOND))
    process.fetch(partial(reported, report=b"[]"))

    assert process.publish().count(b"\n") == 2
    assert told(process) == []


def test_files_that_could_not_be_made_leave_no_figures_of_earlier_ones(process: Stopped) -> None:
    """What the process shows is of the file that it has."""
    process.fetch(partial(reported, following=SECOND))
    process.fetch(given_up)
    process.publish()
    process.retry()
    process.fetch(reported)
    process.sql("UPDATE processes SET publish_attempts = %s RETURNING id", slice_files.TRIES)
    process.publish()

    assert process.row().error_code == "internal"
    with pytest.raises(Conflict):
        figures(process)
