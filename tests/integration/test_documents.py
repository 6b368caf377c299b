from __future__ import annotations

import pytest

from schemas.slice import Batch, CapturedDocument, OpenSlice, Outcome
from schemas.task import load_task
from tests.invariants import ask
from workers import accounts, frontier, processes, tasks
from workers.db import Database
from workers.errors import StaleSlice
from workers.processes.advance import Prices, advance
from workers.publish import slice_files
from workers.settings import Settings
from workers.storage.memory import MemoryStorage

PRICES = Prices(base=50, chrome=100)
LIMITS = frontier.Limits(max_pages=10, max_runtime=100.0, price=100)
PNG = CapturedDocument(content_type="image/png", body=b"\x89PNG\x00\xff")


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)
    monkeypatch.setattr("workers.celery.revoke", lambda *_: True)


@pytest.fixture
def account(database: Database) -> str:
    return accounts.create(database, "one", credits=10_000, unlimited=False).account_id


@pytest.fixture
def process(database: Database, account: str) -> str:
    """A process that is about a picture of one page."""
    payload = {"capture": "screenshot", "url": "http://site.test/"}
    task = tasks.create(database, account_id=account, draft=load_task(payload), listed=False)
    return str(processes.submit(database, task_id=task.id, account_id=account).id)


def claimed(database: Database, process: str) -> tuple[OpenSlice, Batch]:
    """Hold the page, with the picture of it in hand."""
    slice_ = frontier.open_slice(database, process, queue="chrome", worker="h|1|2")
    assert slice_ is not None
    (page,) = frontier.claim(database, slice_, 1, LIMITS, idle=True).pages
    frontier.admit(database, slice_, [page.id])
    outcome = Outcome(page_id=page.id, chain=page.id, verdict="ok", status=200, document=PNG)
    return slice_, Batch(outcomes=(outcome,))


def publish(database: Database, storage: MemoryStorage, process: str) -> None:
    """Make the file."""
    opened = slice_files.open_publish(database, process, "h|1|2")
    assert opened is not None
    slice_files.publish(database, storage, opened)


def kept(database: Database, process: str) -> bytes | None:
    with database.reading() as tx:
        row = tx.one("document", process_id=process)
    return None if row is None else bytes(row.body)


def test_a_document_is_committed_with_its_page_and_becomes_the_results_file(
    database: Database, account: str, process: str
) -> None:
    """Named for what it is, charged once; what was kept of it in between is gone then."""
    storage = MemoryStorage(Settings())
    slice_, batch = claimed(database, process)
    frontier.commit(database, slice_, batch, LIMITS)
    frontier.commit(database, slice_, batch, LIMITS)
    frontier.close_slice(database, slice_, starved=False)
    waiting = kept(database, process)
    advance(database, process, PRICES)
    publish(database, storage, process)
    row = processes.find(database, account_id=account, process_id=process)

    assert waiting == PNG.body
    assert (row.state, row.results_type, row.results_size) == ("finished", "image/png", 6)
    assert row.results_name.endswith(".png")
    assert b"".join(storage.read(row.results_key)) == PNG.body
    assert (row.response_count, row.record_count, row.cost) == (1, 0, 100)
    assert kept(database, process) is None


def test_a_slice_that_is_fenced_off_keeps_no_document(
    database: Database, account: str, process: str
) -> None:
    """What it fetched is void, as its page is; a cancelled process without one has no file."""
    slice_, batch = claimed(database, process)
    processes.cancel(database, account_id=account, process_id=process)
    with pytest.raises(StaleSlice):
        frontier.commit(database, slice_, batch, LIMITS)
    publish(database, MemoryStorage(Settings()), process)
    row = processes.find(database, account_id=account, process_id=process)

    assert kept(database, process) is None
    assert (row.state, row.results_key, row.publish_due) == ("canceled", None, False)
    assert row.log_key is not None


def test_a_document_that_was_there_before_the_cancel_is_the_partial_file(
    database: Database, account: str, process: str
) -> None:
    """It was charged, and so it is handed over."""
    storage = MemoryStorage(Settings())
    slice_, batch = claimed(database, process)
    frontier.commit(database, slice_, batch, LIMITS)
    processes.cancel(database, account_id=account, process_id=process)
    publish(database, storage, process)
    row = processes.find(database, account_id=account, process_id=process)

    assert (row.state, row.cost) == ("canceled", 100)
    assert b"".join(storage.read(row.results_key)) == PNG.body


def test_a_process_that_goes_on_after_its_file_was_made_keeps_it(
    database: Database, database_url: str, account: str, process: str
) -> None:
    """Nothing is left to fetch: the document is not kept twice, and its file is named anew."""
    storage = MemoryStorage(Settings())
    slice_, batch = claimed(database, process)
    frontier.commit(database, slice_, batch, LIMITS)
    processes.cancel(database, account_id=account, process_id=process)
    publish(database, storage, process)
    before = processes.find(database, account_id=account, process_id=process)
    processes.resume(database, account_id=account, process_id=process, prices=PRICES)
    advance(database, process, PRICES)
    publish(database, storage, process)
    row = processes.find(database, account_id=account, process_id=process)
    garbage = ask(database_url, "SELECT key FROM objects WHERE state = 'garbage'")

    assert (row.state, row.results_key) == ("finished", before.results_key)
    assert garbage == [(before.log_key,)]
    assert b"".join(storage.read(row.results_key)) == PNG.body
