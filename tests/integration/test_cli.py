"""The command line on a real Postgres: its JSON is what scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import commands
from workers.settings import settings

Call = Callable[..., Result]


@pytest.fixture
def call(environment: Mapping[str, str]) -> Call:  # noqa: ARG001 - DATABASE_URL is in it
    """Run a command; the result has `exit_code`, `stdout` and `stderr`."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(commands(), list(words))

    return run


def told(result: Result) -> Any:
    """Return the one JSON document of a command that went well."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_account_from_its_creation_to_its_end(call: Call) -> None:
    """Names and shapes are fixed."""
    made = told(call("account", "create", "acme", "--credits", "12.5", "--json"))
    key = told(call("key", "create", "acme", "--scopes", "read,run", "--json"))
    added = told(call("credits", "add", made["account"], "0.125", "--json"))
    shown = told(call("credits", "show", "acme", "--json"))
    listed = told(call("account", "list", "--json"))
    revoked = told(call("key", "revoke", key["prefix"], "--json"))
    ended = told(call("account", "disable", "acme", "--json"))

    assert made.keys() == {"account", "name", "api_key", "webhook_secret"}
    assert key.keys() == {"api_key", "prefix"}
    assert added == shown
    assert shown == {
        "account": made["account"],
        "balance": 12.625,
        "reserved": 0,
        "spent": 0,
        "unlimited": False,
    }
    assert listed[0]["keys"][1] == key["prefix"]
    assert revoked == {"prefix": key["prefix"], "revoked": True}
    assert ended == {"account": made["account"], "disabled": True}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("credits", "show", "nobody"), "nobody"),
        (("credits", "add", "nobody", "1.2345"), "three decimals"),
        (("credits", "add", "nobody", "NaN"), "must be 0 or more"),
        (("credits", "add", "nobody", "x"), "no number"),
        (("key", "revoke", "nothing"), "nothing"),
        (("account", "create", "a", "--credits", "1", "--unlimited"), "either"),
        (("account", "create", " "), "printable"),
    ],
)
def test_a_fault_is_a_line(call: Call, words: tuple[str, ...], fault: str) -> None:
    """And an exit status; never a traceback."""
    result = call(*words)

    assert result.exit_code != 0
    assert fault in result.stderr
    assert "Traceback" not in result.output


def test_without_a_stack_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither DATABASE_URL nor a home."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("GRISTMILL_HOME", str(tmp_path))
    result = CliRunner().invoke(commands(), ["account", "list"])

    assert result.exit_code == 1
    assert "gristmill up" in result.stderr


def test_a_setting_that_can_not_work_and_a_part_that_is_away_are_told_with_their_cure(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command looks at the settings first; the doctor makes a finding of it."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nobody")
    away = call("account", "list")
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    settings.cache_clear()
    unread, found = call("account", "list"), json.loads(call("doctor", "--json").stdout)
    settings.cache_clear()

    assert (away.exit_code, unread.exit_code) == (1, 1)
    assert "gristmill doctor" in away.stderr
    assert "DATABASE_URL must read like" in unread.stderr
    assert [(one["name"], one["state"]) for one in found["checks"]] == [("settings", "fault")]


def test_a_file_that_could_not_be_stored_is_refused_before_anything_runs(
    call: Call, tmp_path: Path
) -> None:
    """Afterwards the pages would have been fetched and charged in vain."""
    payload = tmp_path / "payload.json"
    payload.write_text("{}", encoding="utf-8")
    nowhere = call("run", str(payload), "--out", str(tmp_path / "no" / "file.csv"))
    folder = call("run", str(payload), "--out", str(tmp_path))
    both = call("run", str(payload), "--out", "-", "--json")

    assert (nowhere.exit_code, folder.exit_code, both.exit_code) == (2, 2, 2)
    assert "no folder that can be written to" in nowhere.stderr


def test_the_doctor_names_what_is_wrong_and_the_cure(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Services are there, but no worker and no clock; the exit status says so."""
    monkeypatch.setattr("app.commands.checks.FIRST_WORD", 0.0)
    monkeypatch.setattr("app.commands.checks.PATIENCE", 0.5)
    result = call("doctor", "--json")
    shown = json.loads(result.stdout)
    states = {check["name"]: check["state"] for check in shown["checks"]}
    said = {check["name"]: check["message"] for check in shown["checks"]}

    assert result.exit_code == 1
    assert not shown["ok"]
    assert states["settings"] == "ok"
    assert states["workers"] == states["clock"] == "fault"
    assert "Procfile" in said["workers"]
    assert states["broker"] in {"ok", "warning"}


def test_a_payload_that_is_none_is_told_before_anything_is_called(
    call: Call, tmp_path: Path
) -> None:
    """The file's name and what is wrong with it."""
    file = tmp_path / "payload.json"
    file.write_text("{", encoding="utf-8")
    result = call("run", str(file), "--url", "http://127.0.0.1:20996", "--api-key", "k")

    assert result.exit_code == 1
    assert "is no JSON" in result.stderr
