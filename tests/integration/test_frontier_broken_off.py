from __future__ import annotations

import uuid
from contextlib import closing

import psycopg2
import pytest

from schemas.slice import OpenSlice
from workers import frontier
from workers.db import Database
from workers.errors import DatabaseUnavailable, StaleSlice
from workers.frontier import Limits
from workers.ids import new_id
from workers.runtime import slice_ports

LIMITS = Limits(max_pages=1000, max_runtime=1000.0, price=50)


@pytest.fixture
def slice_(database: Database, monkeypatch: pytest.MonkeyPatch, database_url: str) -> OpenSlice:
    """A slice at a process of one page, whose account holds 1,000 thousandths."""
    monkeypatch.setattr("workers.celery.send", lambda *_: True)
    process = new_id()
    with closing(psycopg2.connect(database_url)) as line, line, line.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts (id, name, balance, webhook_secret) VALUES ('a','a',1000,'s')"
        )
        cursor.execute("INSERT INTO tasks (id, account_id, payload) VALUES ('t', 'a', '{}')")
        cursor.execute(
            "INSERT INTO processes (id, task_id, account_id, payload, page_count, open_pages)"
            " VALUES (%s, 't', 'a', '{}', 1, 1)",
            (process,),
        )
        cursor.execute(
            "INSERT INTO pages (process_id, collection, position, key, url, host, admitted)"
            " VALUES (%s, 0, '{1}', %s, 'http://x/1', 'x', true)",
            (process, uuid.uuid4().hex),
        )
    opened = frontier.open_slice(database, process, queue="base", worker="h|1|2")
    assert opened is not None
    return opened


def test_a_slice_that_is_broken_off_gives_everything_back_at_once(
    database: Database, slice_: OpenSlice
) -> None:
    """No lease is waited for, no death is counted, and what it still tries is refused."""
    (held,) = frontier.claim(database, slice_, 64, LIMITS, idle=True).pages
    frontier.close_slice(database, slice_, cause="broken_off")
    again = frontier.open_slice(database, slice_.process_id, queue="base", worker="h|3|4")
    assert again is not None
    (claimed,) = frontier.claim(database, again, 64, LIMITS, idle=True).pages

    assert (claimed.id, claimed.attempt) == (held.id, 1)
    with pytest.raises(StaleSlice):
        frontier.beat(database, slice_)
    with pytest.raises(StaleSlice):
        frontier.close_slice(database, slice_, cause="broken_off")


def test_a_call_waits_for_a_postgres_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again until it answers; past the patience the fault is told."""
    monkeypatch.setattr(slice_ports, "PAUSE", 0.01)
    answers = [DatabaseUnavailable, DatabaseUnavailable]

    def call() -> str:
        if answers:
            raise answers.pop()
        return "there"

    assert slice_ports.patiently(call) == "there"
    monkeypatch.setattr(slice_ports, "PATIENCE", -1.0)
    answers.append(DatabaseUnavailable)
    with pytest.raises(DatabaseUnavailable):
        slice_ports.patiently(call)
