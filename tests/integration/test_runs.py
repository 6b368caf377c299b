"""What a run is bound to: its key, the payload of its moment, a file name of its own."""

from __future__ import annotations

import sys
from typing import Any

import psycopg2
import pytest

from schemas.rows.processes import ProcessRow
from schemas.task import load_changes, load_task
from tests.builders.recoveries import PAYLOAD
from workers import accounts, processes, tasks
from workers.db import Database

FIRST = "1PBhj5EGo2hAvBsytLDL363A6Mq"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)


@pytest.fixture
def account(database: Database) -> str:
    return accounts.create(database, "one", credits=10_000, unlimited=False).account_id


def make_task(database: Database, account: str) -> str:
    draft = load_task({"payload": PAYLOAD})
    return str(tasks.create(database, account_id=account, draft=draft).id)


def run(database: Database, account: str, task: str, key: str | None = None) -> ProcessRow:
    return processes.submit(database, task_id=task, account_id=account, idempotency_key=key)


def test_an_idempotency_key_holds_for_a_day_and_for_its_task(
    database: Database, database_url: str, account: str
) -> None:
    """The same key and task within 24 hours is the same process; later, or elsewhere, another."""
    task, other = make_task(database, account), make_task(database, account)
    first = run(database, account, task, "k").id
    elsewhere = run(database, account, other, "k").id
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE idempotency_keys SET created_at = now() - interval '23 h 59 min'")
    connection.close()
    within = run(database, account, task, "k").id
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE idempotency_keys SET created_at = now() - interval '24 hours'")
    connection.close()
    after = run(database, account, task, "k").id

    assert within == first
    assert len({first, elsewhere, after}) == 3
    assert run(database, account, task, "k").id == after


def test_a_process_keeps_the_payload_that_it_started_with(database: Database, account: str) -> None:
    """An update of its task is for the next run."""
    task = make_task(database, account)
    before = run(database, account, task)
    changed: dict[str, Any] = PAYLOAD | {"format": "csv"}
    changes = load_changes({"payload": changed})
    tasks.change(database, account_id=account, task_id=task, changes=changes)
    kept = processes.find(database, account_id=account, process_id=before.id)

    assert kept.payload == PAYLOAD
    assert run(database, account, task).payload == changed


def test_the_start_of_an_id_is_new_to_the_account(
    database: Database, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the results file, and two files of one account never have one name."""
    ids = iter([FIRST, FIRST[:8] + "0" * 19, "9" + FIRST[1:]])
    monkeypatch.setattr(sys.modules[processes.submit.__module__], "new_id", lambda: next(ids))
    task = make_task(database, account)

    assert [run(database, account, task).id for _ in range(2)] == [FIRST, "9" + FIRST[1:]]
