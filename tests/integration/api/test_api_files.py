from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import create_app
from tests import invariants
from tests.builders import shops
from tests.builders.shop_runs import ShopRun
from workers import frontier, sweep
from workers.db import Database
from workers.errors import StaleSlice, StorageUnavailable
from workers.publish import other_files
from workers.storage.base import Storage

SHOP = shops.detailed({1: [["/a", "/b"], ["/b"]]}, ["/a", "/b"])


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)


@pytest.fixture
def start(
    database: Database, database_url: str, settings: Any, environment: Any, storage: Storage
) -> Callable[..., Any]:
    """Return what starts a process, and asks for its files; the storage is the real one."""
    assert environment
    app = create_app(settings)

    class FiledRun(ShopRun):
        def ask(self, output: str = "csv") -> TestResponse:
            url = f"/v1/process/{self.id}/file?format={output}"
            return app.test_client().get(url, headers={"X-Api-Key": self.api_key})

        def make(self) -> bool:
            """Do what a worker does on a hint; returns whether there was something to make."""
            found = other_files.open_file(database, self.id, "h|1|2")
            if found is not None:
                other_files.make_file(database, storage, found)
            return found is not None

        def named(self) -> list[str]:
            """Return what is wrong with the objects that there are."""
            sweep.remove_garbage(database, storage)
            return invariants.objects_are_named(database_url, storage)

    def begin(**payload: Any) -> FiledRun:
        run = FiledRun(database, 1_000_000, payload={**SHOP[0], **payload}, site=SHOP[1])
        run.storage = storage  # type: ignore[assignment]
        return run

    return begin


def opened(answer: TestResponse) -> tuple[bytes, str]:
    """Return what a link leads to, and how it is to be saved."""
    assert answer.status_code == 200, answer.text
    with urllib.request.urlopen(answer.text) as loading:  # noqa: S310 - our own test server
        return loading.read(), loading.headers["Content-Disposition"]


def loaded(answer: TestResponse) -> bytes:
    return opened(answer)[0]


@pytest.mark.parametrize("output", ["csv", "json", "xlsx", "xml"])
def test_the_results_are_made_in_any_format_when_first_asked_for(start: Any, output: str) -> None:
    """202 until a worker has made them; then the link, to what a payload of that format gives."""
    run, other = start(), None
    run.finish()
    first = run.ask(output)
    again = run.ask(output)
    made, idle = run.make(), run.make()
    body, saved = opened(run.ask(output))
    run.sql("UPDATE accounts SET name = 'first' RETURNING id")
    other = start(format=output)

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["Retry-After"] == "2"
    assert (made, idle) == (True, False)
    assert body == other.finish()
    assert run.row().results_name.replace(":", "%3A").replace(".jsonl", f".{output}") in saved
    assert other.named() == []


def test_the_payloads_own_format_is_the_results_file(start: Any) -> None:
    """Nothing is made twice."""
    run = start()
    file = run.finish()

    assert loaded(run.ask("jsonl")) == loaded(run.ask("")) == file
    assert run.sql("SELECT count(*) FROM files") == [(0,)]
    assert run.ask("pdf").status_code == 400


def test_a_process_that_runs_has_no_file_yet(start: Any) -> None:
    """409 that leads to its records; one whose own file is being made, 202."""
    run = start()
    running = run.ask()
    run.sql(
        "UPDATE processes SET state = 'canceled', publish_due = true WHERE id = %s RETURNING id",
        run.id,
    )

    assert (running.status_code, f"{run.id}/records" in running.json["detail"]) == (409, True)
    assert run.ask().status_code == 202
    assert run.sql("SELECT count(*) FROM files") == [(0,)]


def test_one_worker_makes_a_file_however_many_are_asked(start: Any) -> None:
    """Calls and workers race: one row, one slice, one object."""
    run = start()
    run.finish()
    calls = [threading.Thread(target=run.ask) for _ in range(6)]
    makers = [threading.Thread(target=run.make) for _ in range(6)]
    for thread in (*calls, *makers):
        thread.start()
    for thread in (*calls, *makers):
        thread.join()
    run.make()

    assert loaded(run.ask())
    assert run.sql("SELECT count(*), max(attempts) FROM files") == [(1, 1)]
    assert run.named() == []


def test_several_formats_are_made_one_behind_the_other(start: Any, database: Database) -> None:
    """What was asked for while another was being made is hinted at once that is there."""
    run = start()
    run.finish()
    for output in ("csv", "xml"):
        run.ask(output)
    slice_ = other_files.open_file(database, run.id, "h|1|2")
    busy = other_files.open_file(database, run.id, "h|2|2")
    hints = other_files.make_file(database, run.storage, slice_)

    assert busy is None
    assert [hint.job for hint in hints] == ["publish"]
    assert run.make()
    assert {run.ask(output).status_code for output in ("csv", "xml")} == {200}


def test_a_file_goes_when_its_process_goes_on(start: Any, database: Database) -> None:
    """Its records change; whoever was making one may not name it any more."""
    run = start()
    run.site = {url: page for url, page in SHOP[1].items() if not url.endswith("/b")}
    run.finish()
    run.ask("csv")
    run.make()
    old = loaded(run.ask("csv"))
    run.ask("xml")
    slice_ = other_files.open_file(database, run.id, "h|1|2")
    run.site = SHOP[1]
    run.retry()
    with pytest.raises(StaleSlice):
        other_files.make_file(database, run.storage, slice_)
    run.finish()
    asked = run.ask("csv")
    run.make()

    assert asked.status_code == 202
    assert loaded(run.ask("csv")) != old
    run.sql("UPDATE objects SET created_at = created_at - interval '1 hour' RETURNING key")
    assert run.named() == []


def test_a_file_that_can_not_be_stored_is_tried_later_and_given_up(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try is put off; after five the answer is a 409 that leads to the records."""
    run = start()
    run.finish()
    run.ask()

    def refuse(*_: object) -> int:
        raise StorageUnavailable

    monkeypatch.setattr(run.storage, "put", refuse)
    tries = 0
    while run.make():
        tries += 1
        assert run.sql("SELECT due_at > now() - interval '30 min' FROM files") == [(True,)]
        run.sql("UPDATE files SET due_at = now() - interval '1 hour' RETURNING format")
    answer = run.ask()

    assert tries == other_files.TRIES
    assert (answer.status_code, "/records" in answer.json["detail"]) == (409, True)
    assert run.sql("SELECT count(*) FROM slices") == [(0,)]


def test_the_sweep_hints_at_files_that_nobody_makes(
    start: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost message, or a worker that died at the file."""
    run = start()
    run.finish()
    run.ask()
    hinted: list[str] = []
    monkeypatch.setattr("workers.celery.subjects", lambda _: frozenset())
    monkeypatch.setattr("workers.celery.send", lambda job, *_: hinted.append(job) or True)
    run.sql("UPDATE processes SET hinted_at = now() - interval '1 minute' RETURNING id")
    sweep.wake_publishers(database)
    sweep.wake_publishers(database)
    slice_ = other_files.open_file(database, run.id, "h|1|2")
    frontier.close_slice(database, slice_.slice_, cause="broken_off")

    assert hinted == ["publish"]
    assert run.make() is False  # not before its next try is due
    run.sql("UPDATE files SET due_at = now() RETURNING format")
    assert run.make()


def test_files_are_kept_as_long_as_results_and_go_with_their_process(
    start: Any, database: Database, settings: Any
) -> None:
    """KEEP_FILES_DAYS from when they were made; the pages may be gone before."""
    run = start()
    run.finish()
    run.ask()
    run.make()
    run.sql("UPDATE processes SET finished_at = now() - interval '60 days' RETURNING id")
    sweep.expire(database, settings)
    kept = run.ask()
    other = run.ask("xml")
    run.sql("UPDATE files SET due_at = now() - interval '200 days' RETURNING format")
    sweep.expire(database, settings)
    gone = run.ask()

    assert run.row().pages_kept is False
    assert (kept.status_code, other.status_code, gone.status_code) == (200, 409, 409)
    assert run.row().results_name in other.json["detail"]
    assert run.named() == []


def test_a_file_of_pages_that_went_meanwhile_is_not_named(
    start: Any, database: Database, storage: Storage
) -> None:
    """It would lack what retention removed while it was made."""
    run = start()
    run.finish()
    run.ask()
    slice_ = other_files.open_file(database, run.id, "h|1|2")
    run.sql("UPDATE processes SET pages_kept = false RETURNING id")
    other_files.make_file(database, storage, slice_)

    assert run.ask().status_code == 409
    assert not run.make()
    assert run.named() == []
