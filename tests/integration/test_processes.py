from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.rows.processes import ProcessRow
from schemas.slice import Batch, Outcome
from schemas.task import load_task
from workers import accounts, frontier, processes, sweep, tasks
from workers.db import Database
from workers.errors import NotFound, StaleSlice, StorageUnavailable
from workers.ids import new_id
from workers.processes.advance import Hint, Prices, advance
from workers.publish import slice_files
from workers.publish.records import Reader, StoredPages
from workers.settings import Settings
from workers.storage.memory import MemoryStorage

PRICES = Prices(base=50, chrome=100)
PAYLOAD = {
    "name": "p",
    "format": "jsonl",
    "request": {"url": "http://site.test/"},
    "fields": [{"name": "T", "selector": "a"}],
}
Sent = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Return the hints that would have left."""
    hints: Sent = []
    monkeypatch.setattr(
        "workers.celery.send", lambda job, subject, *_: hints.append((job, subject)) or True
    )
    monkeypatch.setattr(
        "workers.celery.revoke", lambda subject, _: hints.append(("revoke", subject)) or True
    )
    return hints


@pytest.fixture
def account(database: Database) -> str:
    return accounts.create(database, "one", credits=10_000, unlimited=False).account_id


@pytest.fixture
def task(database: Database, account: str) -> str:
    made = tasks.create(database, account_id=account, draft=load_task({"payload": PAYLOAD}))
    return str(made.id)


def done(database: Database, process_id: str, records: str = '{"T_text":"x"}') -> None:
    """Fetch the start page: one record."""
    slice_ = frontier.open_slice(database, process_id, queue="base", worker="h|1|2")
    assert slice_ is not None
    limits = frontier.Limits(max_pages=10, max_runtime=100.0, price=50)
    (page,) = frontier.claim(database, slice_, 1, limits, idle=True).pages
    frontier.admit(database, slice_, [page.id])
    outcome = frontier_outcome(page.id, records)
    frontier.commit(database, slice_, Batch(outcomes=(outcome,)), limits)
    frontier.close_slice(database, slice_, starved=False)


def fetched(database: Database, account: str, task: str) -> ProcessRow:
    """Return a process with all its pages, whose file is due."""
    process = processes.submit(database, task_id=task, account_id=account)
    done(database, process.id)
    advance(database, process.id, PRICES)
    return process


def frontier_outcome(page_id: int, records: str) -> Outcome:
    count = len(records.splitlines())
    return Outcome(
        page_id=page_id,
        chain=page_id,
        verdict="ok",
        status=200,
        records=records,
        record_count=count,
        counted_records=count,
    )


def publish(database: Database, storage: object, process_id: str) -> list[Hint] | None:
    opened = slice_files.open_publish(database, process_id, "h|1|2")
    if opened is None:
        return None
    return slice_files.publish(database, storage, opened)  # type: ignore[arg-type]


def test_a_run_is_there_at_once_and_hinted_after_its_commit(
    database: Database, account: str, task: str, sent: Sent
) -> None:
    """Queued, unstarted, with its start page."""
    process = processes.submit(database, task_id=task, account_id=account)

    assert (process.state, process.started_at) == ("queued", None)
    assert sent == [("first", process.id)]


def test_the_same_idempotency_key_starts_one_process_however_many_ask_at_once(
    database: Database, account: str, task: str, sent: Sent
) -> None:
    """Eight callers, one process, one hint."""

    def submit(_: int) -> str:
        return str(
            processes.submit(database, task_id=task, account_id=account, idempotency_key="key").id
        )

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(submit, range(8)))

    assert len(ids) == 1
    assert len(sent) == 1


def test_another_accounts_task_and_process_are_not_there(
    database: Database, account: str, task: str
) -> None:
    """Not found, as if they did not exist."""
    other = accounts.create(database, "two", credits=1000, unlimited=False).account_id
    process = processes.submit(database, task_id=task, account_id=account)

    with pytest.raises(NotFound):
        processes.submit(database, task_id=task, account_id=other)
    with pytest.raises(NotFound):
        processes.find(database, account_id=other, process_id=process.id)
    with pytest.raises(NotFound):
        processes.cancel(database, account_id=other, process_id=process.id)


def test_a_process_ends_with_a_file_and_a_log_that_its_row_names(
    database: Database, account: str, task: str
) -> None:
    """And storage holds exactly these two."""
    storage = MemoryStorage(Settings())
    process = fetched(database, account, task)
    publish(database, storage, process.id)
    ended = processes.find(database, account_id=account, process_id=process.id)

    assert ended.state == "finished"
    assert ended.finished_at is not None
    assert b"".join(storage.read(ended.results_key)) == b'{"T_text":"x"}\n'
    assert b"verdict=ok records=1" in b"".join(storage.read(ended.log_key))
    assert set(storage.keys()) == {ended.results_key, ended.log_key}
    found = processes.find_results(database, account_id=account, name=ended.results_name)
    assert found.id == process.id


def test_a_cancel_fences_every_slice_and_writes_a_partial_file(
    database: Database, account: str, task: str, sent: Sent
) -> None:
    """The reply is the receipt: what a slice still tries to commit is refused."""
    process = processes.submit(database, task_id=task, account_id=account)
    slice_ = frontier.open_slice(database, process.id, queue="base", worker="h|1|2")
    assert slice_ is not None
    limits = frontier.Limits(max_pages=10, max_runtime=100.0, price=50)
    (page,) = frontier.claim(database, slice_, 1, limits, idle=True).pages
    canceled = processes.cancel(database, account_id=account, process_id=process.id)

    assert canceled.state == "canceled"
    assert canceled.finished_at is not None
    assert ("revoke", process.id) in sent
    batch = Batch(outcomes=(frontier_outcome(page.id, "{}"),))
    with pytest.raises(StaleSlice):
        frontier.commit(database, slice_, batch, limits)
    assert accounts.credits(database, account).reserved == 0
    publish(database, MemoryStorage(Settings()), process.id)
    again = processes.cancel(database, account_id=account, process_id=process.id)
    assert (again.state, again.results_key is not None) == ("canceled", True)
    assert again.finished_at == canceled.finished_at


class Broken(MemoryStorage):
    """A storage that takes nothing."""

    def put(self, *_: object) -> int:
        raise StorageUnavailable


def test_a_file_that_storage_does_not_take_is_made_again_later(
    database: Database, account: str, task: str
) -> None:
    """The process stays on its way until the storage is back."""
    process = fetched(database, account, task)
    assert publish(database, Broken(Settings()), process.id) == []
    waiting = processes.find(database, account_id=account, process_id=process.id)

    assert waiting.state == "publishing"
    assert publish(database, MemoryStorage(Settings()), process.id) is None
    with database.transaction("test") as tx:
        tx.do("postpone_publish", process_id=process.id, delay=-1)
    publish(database, MemoryStorage(Settings()), process.id)
    ended = processes.find(database, account_id=account, process_id=process.id)
    assert ended.state == "finished"


def test_a_deleted_task_revokes_the_messages_of_what_has_not_ended_alone(
    database: Database, account: str, task: str, sent: Sent
) -> None:
    """Each worker remembers what was revoked, and a task may have thousands of ended processes."""
    ended = processes.submit(database, task_id=task, account_id=account)
    processes.cancel(database, account_id=account, process_id=ended.id)
    queued = processes.submit(database, task_id=task, account_id=account)
    sent.clear()
    processes.remove_task(database, account_id=account, task_id=task)

    assert sent == [("revoke", queued.id)]


def test_a_run_and_the_deletion_of_its_task_come_one_after_the_other(
    database: Database, account: str, task: str
) -> None:
    """A run that was first is deleted with the task; it would go on, and be charged, for ever."""
    names = {"task_id": task, "account_id": account}
    with ThreadPoolExecutor(1) as pool:
        with database.transaction("test") as tx:
            tx.one("task_for_run", **names)
            removed = pool.submit(processes.remove_task, database, **names)
            time.sleep(0.5)
            early = removed.done()
            values = {"plan": None, "hints": 1, "chrome_hints": 0, "notes": [], "webhook": ""}
            process = tx.the("insert_process", process_id=new_id(), task_id=task, **values)
        removed.result(10)

    assert not early
    with pytest.raises(NotFound):
        processes.find(database, account_id=account, process_id=process.id)


def test_runs_of_a_task_do_not_wait_for_each_other(
    database: Database, account: str, task: str
) -> None:
    """Its row is shared."""
    with database.transaction("test") as tx:
        tx.one("task_for_run", task_id=task, account_id=account)

        assert processes.submit(database, task_id=task, account_id=account)


def test_files_that_end_their_worker_each_time_end_the_process(
    database: Database, account: str, task: str
) -> None:
    """Nothing is raised where a worker is killed: the tries are counted before."""
    storage = MemoryStorage(Settings())
    process = fetched(database, account, task)
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("lock_process", process_id=process.id)
        cursor.execute("UPDATE processes SET publish_attempts = %s", [slice_files.TRIES])
    publish(database, storage, process.id)
    ended = processes.find(database, account_id=account, process_id=process.id)

    assert (ended.state, ended.error_code, ended.results_key) == ("failed", "internal", None)
    assert list(storage.keys()) == []


def test_who_can_not_go_on_keeps_no_place_from_those_who_can(
    database: Database, account: str, task: str
) -> None:
    """An account with the price of a base page wakes no process that waits for a browser."""
    process = processes.submit(database, task_id=task, account_id=account)
    with database.transaction("test") as tx, tx.connection.cursor() as cursor:
        tx.one("lock_process", process_id=process.id)
        cursor.execute("UPDATE processes SET state = 'pending', publish_due = false")
        cursor.execute("UPDATE accounts SET balance = 60")
        found = []
        for queue in ("chrome", "base"):
            cursor.execute("UPDATE pages SET queue = %s", [queue])
            found.append(len(tx.all("waiting_for_credits", base=50, chrome=100)))

    assert found == [0, 1]


def test_a_deleted_task_is_gone_at_once_and_its_rows_and_objects_soon_after(
    database: Database, account: str, task: str
) -> None:
    """Hidden by one write, removed by the sweep."""
    storage = MemoryStorage(Settings())
    process = fetched(database, account, task)
    publish(database, storage, process.id)
    processes.remove_task(database, account_id=account, task_id=task)

    with pytest.raises(NotFound):
        processes.find(database, account_id=account, process_id=process.id)
    for _ in range(3):
        sweep.remove_deleted(database)
        sweep.remove_garbage(database, storage)
    assert list(storage.keys()) == []
    with database.transaction("test") as tx:
        assert tx.one("lock_process", process_id=process.id) is None


def test_the_clock_wakes_what_nobody_works_on(
    database: Database, account: str, task: str, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hint that got lost is sent again once its queue is empty."""
    monkeypatch.setattr("workers.celery.subjects", lambda _: frozenset())
    monkeypatch.setattr(sweep, "HINT_AGE", 0.0)
    process = processes.submit(database, task_id=task, account_id=account)
    sent.clear()
    sweep.wake_neglected(database, PRICES)
    assert sent == [("first", process.id)]

    done(database, process.id)
    sent.clear()
    sweep.wake_neglected(database, PRICES)
    assert sent == [("publish", process.id)]


def test_a_lost_hint_is_sent_again_while_the_messages_of_others_wait(
    database: Database, account: str, task: str, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is whether this process' own message still waits, not whether any does."""
    monkeypatch.setattr(sweep, "HINT_AGE", 0.0)
    lost = processes.submit(database, task_id=task, account_id=account)
    waiting = processes.submit(database, task_id=task, account_id=account)
    monkeypatch.setattr("workers.celery.subjects", lambda _: frozenset({waiting.id}))
    sent.clear()
    sweep.wake_neglected(database, PRICES)
    found = list(sent)
    monkeypatch.setattr("workers.celery.subjects", lambda _: None)
    sent.clear()
    sweep.wake_neglected(database, PRICES)

    assert found == [("first", lost.id)]
    assert sent == []


def rows(database: Database, name: str, **values: object) -> Iterator[Any]:
    with database.transaction("test") as tx:
        yield from tx.all(name, **values)


def test_results_keep_document_order_whoever_answered_first(
    database: Database, account: str, task: str
) -> None:
    """Pages are read by position, not by when they were done."""
    process = processes.submit(database, task_id=task, account_id=account)
    done(database, process.id, '{"n":1}\n{"n":2}')
    plan = load_plan(PAYLOAD)
    records = list(Reader(plan, StoredPages(database, process.id)).records())

    assert records == [b'{"n":1}', b'{"n":2}']
    assert [
        row.verdict
        for row in rows(
            database,
            "pages_of_process",
            process_id=process.id,
            limit=9,
            after=None,
            after_id=None,
            verdict=None,
        )
    ] == ["ok"]
