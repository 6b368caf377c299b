"""Functions in Postgres are of the release that was deployed last, and serve the one before."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from typing import Any

import psycopg2
import pytest

from workers.db import functions as ours
from workers.db import migrate
from workers.db.functions import checksums

RELEASED = {
    "begin_turn": (
        "a_process text, a_slice bigint, jar boolean, collections smallint[], keys uuid[]",
        (
            "TABLE(page_count bigint, open_pages bigint, error_code text, chrome_hosts text[],"
            " results_key text, log_key text, cookies text[], age double precision, known json)"
        ),
    ),
    "begin_slice": (
        "a_process text, a_slice bigint, jar boolean, collections smallint[], keys uuid[]",
        (
            "TABLE(page_count bigint, open_pages bigint, error_code text, chrome_hosts text[],"
            " results_key text, log_key text, cookies text[], age double precision, known json)"
        ),
    ),
    "known_pages": ("a_process text, collections smallint[], keys uuid[]", "json"),
    "claim_pages": (
        (
            "a_process text, a_slice bigint, an_account text, a_queue text, a_price bigint,"
            " wanted integer, lone boolean"
        ),
        (
            'TABLE(payable boolean, id bigint, collection smallint, "position" integer[], url text,'
            " fetch_url text, host text, hops smallint, resend boolean, page_number integer,"
            " chain bigint, attempt smallint, admitted boolean, followed boolean)"
        ),
    ),
    "insert_pages": ("a_process text, a_slice bigint, given json", "void"),
    "finish_pages": ("a_process text, an_account text, a_slice bigint, outcomes json", "void"),
    "take_slots": (
        "a_slice bigint, a_host text, wanted integer, flying integer, allowed integer",
        "integer",
    ),
    "take_moment": (
        "a_host text, delay double precision, horizon double precision",
        "double precision",
    ),
}
"""Every function that a release has ever called: arguments and result. Lines are only added."""

COUNTERS = "SELECT page_count, open_pages, response_count, record_count, cost FROM processes"
SIGNATURES = """
SELECT proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


@pytest.fixture
def ask(database_url: str) -> Iterator[Any]:
    """Ask Postgres as a program of another release would: in its own words."""
    with closing(psycopg2.connect(database_url)) as connection:
        connection.autocommit = True

        def asked(statement: str, *values: object) -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []

        yield asked


def test_no_function_that_was_ever_called_has_changed_its_signature(ask: Any) -> None:
    """Another signature is another name: programs of the last release call the old one yet."""
    assert {name: (args, result) for name, args, result in ask(SIGNATURES)} == RELEASED
    assert checksums().keys() <= RELEASED.keys()


def test_the_calls_of_an_older_release_run_on_the_functions_of_this_one(ask: Any) -> None:
    """A slice of the first release: it begins, claims, finds a page, commits and is polite."""
    key, link = uuid.uuid4().hex, uuid.uuid4().hex
    ask("INSERT INTO accounts (id, name, balance, webhook_secret) VALUES ('a', 'a', 1000, 's')")
    ask("INSERT INTO tasks (id, account_id, payload) VALUES ('t', 'a', '{}')")
    ask(
        "INSERT INTO processes (id, task_id, account_id, payload, page_count, open_pages)"
        " VALUES ('p', 't', 'a', '{}', 1, 1)"
    )
    ask(
        "INSERT INTO pages (process_id, collection, position, key, url, host, admitted)"
        " VALUES ('p', 0, '{1}', %s, 'http://x/1', 'x', true)",
        key,
    )
    ((slice_,),) = ask(
        "INSERT INTO slices (process_id, queue, worker) VALUES ('p', 'base', 'h|1|2') RETURNING id"
    )
    begun = ask(
        "SELECT * FROM begin_turn(%s, %s, %s, %s::smallint[], %s::uuid[])",
        "p", slice_, True, [0], [key],
    )  # fmt: skip
    (claimed,) = ask("SELECT * FROM claim_pages('p', %s, 'a', 'base', 50, 9, false)", slice_)
    page = {
        "source": claimed[1], "collection": 1, "position": [1, 1], "key": link, "host": "x",
        "url": "http://x/2", "queue": "base", "admitted": True, "page_number": 1, "chain": None,
    }  # fmt: skip
    ask("SELECT insert_pages('p', %s, %s::json)", slice_, json.dumps([page]))
    outcome = {
        "id": claimed[1], "step": "done", "verdict": "ok", "status": 200, "size": 9,
        "milliseconds": 5, "records": "{}", "record_count": 1, "counted": 1, "next_key": None,
        "charged": True, "cost": 50, "error": None, "delay": 0.0, "fetch_url": None, "host": "x",
        "admitted": True, "identities": None,
    }  # fmt: skip
    ask("SELECT finish_pages('p', 'a', %s, %s::json)", slice_, json.dumps([outcome]))
    known = ask("SELECT known_pages('p', %s::smallint[], %s::uuid[])", [1, 1], [link, key])

    assert begun[0][:2] == (1, 1)
    assert [row[:2] for row in begun[0][8]] == [[0, key]]
    assert (claimed[0], claimed[4], claimed[11]) == (True, "http://x/1", 1)
    assert [row[:2] for row in known[0][0]] == [[1, link]]
    assert ask(COUNTERS) == [
        (2, 1, 1, 1, 50)
    ]  # fmt: skip
    assert ask("SELECT balance, reserved, spent FROM accounts") == [(950, 0, 50)]
    assert ask("SELECT take_slots(%s, 'x', 4, 0, 8)", slice_) == [(4,)]
    assert ask("SELECT take_moment('x', 0.5, 2.0)") == [(0,)]


def test_a_function_is_applied_again_when_its_text_has_changed(
    database_url: str, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its checksum: once, and back again when the release before is deployed again."""
    texts = ours._texts()  # noqa: SLF001 - what stands in the files
    there = ask("SELECT name, checksum FROM functions ORDER BY name")
    assert dict(there) == checksums()
    assert migrate(database_url) == []

    changed = texts["take_moment"].replace("moment IS NULL THEN", "true THEN")
    for text, answer in ((changed, None), (texts["take_moment"], 0)):
        monkeypatch.setattr(ours, "_texts", lambda text=text: {**texts, "take_moment": text})
        checksums.cache_clear()
        assert migrate(database_url) == ["take_moment"]
        assert migrate(database_url) == []
        assert ask("DELETE FROM host_pace RETURNING 1") is not None
        assert ask("SELECT take_moment('x', 0.0, 2.0)") == [(answer,)]
    checksums.cache_clear()


@pytest.mark.parametrize("last", ["0001_start.sql", "0007_kept_plans.sql", "0008_tombstones.sql"])
def test_a_database_of_any_earlier_release_gets_the_functions(
    database_url: str, ask: Any, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Migrations come first: some made the functions, and all the tables that they speak of."""
    module = import_module("workers.db.migrate")  # as an attribute it is the function
    ask("DROP SCHEMA public CASCADE")
    ask("CREATE SCHEMA public")
    everything = module.migrations()
    with monkeypatch.context() as earlier:
        earlier.setattr(module, "migrations", lambda: [n for n in everything if n <= last])
        earlier.setattr(module, "apply_functions", lambda _: [])
        migrate(database_url)
    applied = migrate(database_url)

    assert applied == [*(n for n in everything if n > last), *checksums()]
    assert {name for name, _, _ in ask(SIGNATURES)} == RELEASED.keys()
