"""The commands that talk to a service: what they ask, what they print, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import commands
from tests.builders.scripted import HANG_UP, ScriptedService, problem, said, scripted

Say = Callable[..., Result]
ID, OTHER = "3EhWgSbeYqpXoPx6kEVeJqLWRaN", "3EhWgSzzzzzzzzzzzzzzzzzzzzz"
TASK = "3EhWgRbeYqpXoPx6kEVeJqLWRaT"
STEERS = "\x1b]0;owned\x07\x9b31m\u202e"
PROCESS: dict[str, Any] = {
    "id": ID, "taskID": TASK, "status": "finished", "state": "finished", "startedAt": "1790000000",
    "finishedAt": "1790000009", "requestCount": 3, "responseCount": 3, "results": "shop.csv",
    "logFile": "", "missingCredits": 0, "cost": 1, "createdAt": "1790000000", "recordCount": 2,
    "failedCount": 0, "emptyCount": 0, "blockedCount": 0, "error": None,
}  # fmt: skip
ONE_TASK: dict[str, Any] = {
    "id": TASK, "name": f"shop{STEERS}", "description": "", "type": "extract", "webhook": "",
    "payload": {"request": {"url": "https://shop.test/"}}, "createdAt": "1790000000",
}  # fmt: skip
FILE = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\na,b\r\n1"


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Type a command for a service; the folder is the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRISTMILL_URL", raising=False)

    def run(service: ScriptedService, *words: str, **more: Any) -> Result:
        where = ("--url", service.url, "--api-key", "k")
        return CliRunner().invoke(commands(), [*words, *where], **more)

    return run


@pytest.fixture
def storage() -> Iterator[ScriptedService]:
    """Where results files and logs are."""
    with scripted(FILE) as storage:
        yield storage


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("tasks",), [ONE_TASK]),
        (("ps",), [{**PROCESS, "state": STEERS}]),
        (("show", ID), {**PROCESS, "results": STEERS, "error": {"message": STEERS}}),
        (("pages", ID), [{"verdict": "ok", "httpStatus": 200, "attempts": 1, "records": 1,
                          "ms": 1, "url": STEERS, "error": STEERS}]),
        (("cancel", ID), {**PROCESS, "status": STEERS}),
        (("tasks", "--json"), [ONE_TASK]),
        (("show", ID, "--json"), {**PROCESS, "results": STEERS}),
    ],
)  # fmt: skip
def test_no_control_character_reaches_the_terminal(
    say: Say, words: tuple[str, ...], answer: object
) -> None:
    """Names, URLs and errors come from strangers; they can neither steer nor turn text around."""
    with scripted(said(answer)) as service:
        result = say(service, *words)

    assert result.exit_code == 0, result.output
    assert result.output.strip()
    assert not set(result.output) & set(STEERS) - set("0;owned31m]")


def test_nor_does_one_of_an_error(say: Say) -> None:
    """What a service says of a fault is a stranger's text, too."""
    refusal = problem(400, "invalid", f"No.{STEERS}", errors=[{"pointer": "/x", "detail": STEERS}])
    with scripted(said(refusal, 400)) as service:
        result = say(service, "tasks")

    assert result.exit_code == 1
    assert "/x" in result.stderr
    assert "\x1b" not in result.output
    assert "\x9b" not in result.output


@pytest.mark.parametrize(
    "words", [("tasks",), ("ps",), ("show", ID), ("pages", ID), ("cancel", ID), ("rm", TASK)]
)
def test_json_is_one_document(say: Say, words: tuple[str, ...]) -> None:
    """What the service answered, for scripts."""
    with scripted(said([]) if words[0] in {"tasks", "ps", "pages"} else said(PROCESS)) as service:
        result = say(service, *words, "--json")

    assert result.exit_code == 0, result.output
    json.loads(result.stdout)


def test_lists_are_asked_for_as_they_are_wished(say: Say) -> None:
    """Filters and the number of entries go to the service; nothing is sifted here."""
    with scripted(said([])) as service:
        empty = say(service, "ps", "--task", TASK, "--status", "failed", "--limit", "7")

    assert service.lines == [f"GET /v1/processes?task={TASK}&status=failed&limit=7"]
    assert empty.stdout.strip() == "There is no such run."


def test_an_id_may_be_shortened_to_any_beginning_that_only_one_has(say: Say) -> None:
    """Six characters or more; the list is read no further than ids can begin so."""
    older = [{**PROCESS, "id": "2AAAAAAAAAAAAAAAAAAAAAAAAAA"}]
    link = '</v1/processes?limit=1000&cursor=x>; rel="next"'
    listed = said([{**PROCESS, "id": OTHER}, PROCESS, *older], Link=link)
    with scripted(listed, said(PROCESS)) as service:
        found = say(service, "show", ID[:7], "--json")
    with scripted(listed) as service_of_two:
        both = say(service_of_two, "cancel", ID[:6])
        none = say(service_of_two, "cancel", "3EhWgSq")
        brief = say(service_of_two, "cancel", ID[:5])

    assert json.loads(found.stdout)["id"] == ID
    assert service.lines == ["GET /v1/processes?limit=1000", f"GET /v1/process/{ID}/info"]
    assert (both.exit_code, none.exit_code, brief.exit_code) == (2, 2, 2)
    assert OTHER in both.stderr
    assert ID in both.stderr
    assert "no process begins with" in none.stderr
    assert "is no id" in brief.stderr


def test_show_finds_a_task_where_there_is_no_such_process(say: Say) -> None:
    """One word for both: ids of either kind look alike."""
    with scripted(said(problem(404, "not_found"), 404), said(ONE_TASK)) as service:
        result = say(service, "show", TASK, "--json")
    with scripted(said(problem(404, "not_found", "There is none."), 404)) as service:
        neither = say(service, "show", TASK)

    assert json.loads(result.stdout)["id"] == TASK
    assert neither.exit_code == 1
    assert "There is none." in neither.stderr


@pytest.mark.parametrize(
    ("process", "words", "status"),
    [
        ({}, (), 0),
        ({"recordCount": 0}, (), 4),
        ({"recordCount": 0}, ("--allow-empty",), 0),
        ({"status": "failed", "error": {"code": "blocked", "message": "captcha"}}, (), 1),
        ({"status": "canceled"}, ("--allow-empty",), 1),
        ({"status": "pending", "missingCredits": 3}, (), 1),
    ],
)
def test_run_ends_with_what_became_of_it(
    say: Say,
    storage: ScriptedService,
    process: dict[str, Any],
    words: tuple[str, ...],
    status: int,
) -> None:
    """No record is no success, unless it is said to be."""
    ended = {**PROCESS, **process, "state": process.get("status", "finished")}
    answers = (ONE_TASK, {**PROCESS, "status": "running"}, ended, {"link": storage.url})
    with scripted(*map(said, answers)) as service:
        result = say(service, "run", TASK, *words)

    assert result.exit_code == status, result.output
    assert Path("shop.csv").read_bytes() == b"a,b\r\n1"
    assert f"{ended['status']}: {ended['recordCount']} records" in result.stdout


def test_a_document_is_no_record_and_a_success(say: Say, storage: ScriptedService) -> None:
    """A page that is wanted as a PDF gives a file."""
    task = {**ONE_TASK, "payload": {"url": "https://shop.test/", "capture": "pdf"}}
    answers = (task, PROCESS, {**PROCESS, "recordCount": 0}, {"link": storage.url})
    with scripted(*map(said, answers)) as service:
        result = say(service, "run", TASK)

    assert result.exit_code == 0, result.output


def test_run_tells_the_warnings_of_its_run(say: Say, storage: ScriptedService) -> None:
    """On standard error, each with its place and its code; JSON holds them anyway."""
    warnings = [{"code": "field_empty", "pointer": "/fields/0", "detail": "`h9`: nothing\x1b",
                 "hint": "`h3` matches."}]  # fmt: skip
    answers = (ONE_TASK, PROCESS, {**PROCESS, "warnings": warnings}, {"link": storage.url})
    with scripted(*map(said, answers)) as service:
        result = say(service, "run", TASK)

    assert "warning: /fields/0: `h9`: nothing\ufffd (field_empty)\n  `h3` ma" in result.stderr


def test_run_with_detach_leaves_at_once(say: Say) -> None:
    """It prints the id alone, for the next command."""
    with scripted(said(ONE_TASK), said({**PROCESS, "status": "running"})) as service:
        result = say(service, "run", TASK, "--detach")

    assert (result.exit_code, result.stdout) == (0, f"{ID}\n")
    assert len(service.asked) == 2


def test_a_file_comes_before_a_task_of_the_same_name(say: Say) -> None:
    """What stands in the folder is what is meant; what is neither is told with its name."""
    Path(TASK).write_text('{"payload": {"fields": []}}', encoding="utf-8")
    with scripted(said(ONE_TASK), said({**PROCESS, "status": "running"})) as service:
        say(service, "run", TASK, "--format", "csv", "--detach")
        nothing = say(service, "run", "no-such.json")

    assert service.lines[0] == "POST /v1/task/create"
    assert json.loads(service.asked[0].body) == {"payload": {"fields": [], "format": "csv"}}
    assert nothing.exit_code == 1
    assert "no-such.json: No such file" in nothing.stderr


def test_a_log_that_is_not_written_yet_is_told_as_such(say: Say, storage: ScriptedService) -> None:
    """With `--follow` it waits for it; its text is a stranger's."""
    storage.answers[:] = [b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n# \x1b[2Jone\ntwo\n"]
    running = {**PROCESS, "status": "running"}
    with scripted(said(running)) as service:
        early = say(service, "log", ID)
    ended = said({**PROCESS, "logFile": storage.url})
    with scripted(said(running), said(running), ended) as service:
        late = say(service, "log", ID, "--follow")

    assert early.exit_code == 1
    assert "--follow waits" in early.stderr
    assert late.stdout == "# \ufffd[2Jone\ntwo\n"


def test_get_downloads_under_a_bare_name_and_says_where_nothing_is(
    say: Say, storage: ScriptedService
) -> None:
    """A server's file name is a name and no path."""
    named = {**PROCESS, "results": "../../evil.csv"}
    with scripted(said(named), said({"link": storage.url})) as service:
        got = say(service, "get", ID)
    with scripted(said({**PROCESS, "results": ""})) as service:
        nothing = say(service, "get", ID)

    assert got.exit_code == 0, got.output
    assert [file.name for file in Path().iterdir()] == ["evil.csv"]
    assert nothing.exit_code == 1
    assert "has no results file" in nothing.stderr


def test_get_waits_for_a_file_in_another_format_to_be_made(
    say: Say, storage: ScriptedService
) -> None:
    """It is made when it is first asked for, and has the name of its format."""
    making = said({}, 202, Retry_After="0")
    with scripted(said(PROCESS), making, making, said({"link": storage.url})) as service:
        got = say(service, "get", ID, "--format", "xlsx", "--json")

    assert json.loads(got.stdout) == {"process": ID, "file": "shop.xlsx"}
    assert service.lines[1:] == [f"GET /v1/process/{ID}/file?format=xlsx"] * 3


def test_rm_asks_nobody_where_nobody_is(say: Say) -> None:
    """In a script the command is the will."""
    with scripted(said({"deleted": "ok"})) as service:
        result = say(service, "rm", TASK)

    assert result.exit_code == 0
    assert service.lines == [f"DELETE /v1/task/{TASK}/delete"]


def test_a_service_that_is_away_is_told_with_its_address(say: Say) -> None:
    """As a line, and after a few seconds."""
    with scripted(HANG_UP) as service:
        url = service.url
    result = say(ScriptedService(url=url), "tasks")

    assert result.exit_code == 1
    assert f"{url} does not answer" in result.stderr


PREVIEW: dict[str, Any] = {
    "page": {"url": f"https://shop.test/{STEERS}", "httpStatus": 200, "verdict": "ok"},
    "collections": [{
        "name": "shop", "blocks": 2, "details": [{"field": "Title", "distinct": 2}],
        "next": {"url": "https://shop.test/2"},
        "fields": [
            {"name": "Title", "matches": 3, "inBlocks": 2, "keys": [
                {"key": "Title_text", "filled": 2, "distinct": 1, "samples": [f"One{STEERS}"]}]},
            {"name": "Price", "matches": 0, "inBlocks": 0, "keys": []},
        ],
    }],
    "records": [{"Title_text": "One"}], "recordCount": 2, "cost": 0.05,
    "estimate": {"requests": {"likely": 5}, "credits": {"likely": 0.25}, "assumes": "as here"},
    "warnings": [{"code": "field_empty", "pointer": "/fields/1", "detail": "`.p`: nothing",
                  "hint": "`.price` matches 2."}],
}  # fmt: skip


def test_preview_shows_what_each_field_matched_and_what_is_odd(say: Say) -> None:
    """The payload goes as it stands in the file, so that places are those of the file."""
    Path("shop.json").write_text('{"fields": []}', encoding="utf-8")
    Path("page.html").write_text("<p>", encoding="utf-8")
    with scripted(said(PREVIEW)) as service:
        result = say(service, "preview", "shop.json", "--html", "page.html", "--details", "0")
        say(service, "preview", TASK, "--page", "https://shop.test/9")
    rows = [line.split() for line in result.stdout.splitlines()]

    assert result.exit_code == 0, result.output
    assert ["Title_text", "3", "2", "2", "1", "One\ufffd]0;owned\ufffd\ufffd31m\ufffd"] in rows
    assert ["Price", "0", "0", "0", "0"] in rows
    assert "A run: about 5 requests, 0.25 credits (as here)" in result.stdout
    assert "/fields/1: `.p`: nothing (field_empty)\n  `.price` matches 2." in result.stderr
    assert json.loads(service.asked[0].body) == {
        "fields": [], "html": "<p>", "records": 3, "details": 0,
    }  # fmt: skip
    assert json.loads(service.asked[1].body) == {
        "taskId": TASK, "url": "https://shop.test/9", "records": 3,
    }  # fmt: skip


def test_a_preview_without_a_record_is_no_success(say: Say) -> None:
    """A page that could not be asked for has nothing to show either."""
    nothing = {**PREVIEW, "collections": [], "records": [], "recordCount": 0, "estimate": None}
    with scripted(said(nothing)) as service:
        result = say(service, "preview", TASK)
        document = say(service, "preview", TASK, "--json")

    assert (result.exit_code, document.exit_code) == (1, 1)
    assert json.loads(document.stdout) == nothing


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_each_shell(shell: str) -> None:
    """It asks us by the variable that our entry point knows."""
    result = CliRunner().invoke(commands(), ["completion", shell])

    assert result.exit_code == 0
    assert "_GRISTMILL_COMPLETE" in result.stdout


def test_records_are_lines_or_one_array(say: Say) -> None:
    """Each record on a line as it comes; with `--json` one document, of none as well."""
    found = [{"Title": "a\x1b"}, {"Title": "b\x9b"}, {"Title": "c"}]
    with scripted(said(found)) as service:
        lines = say(service, "records", ID, "--limit", "2")
        array = say(service, "records", ID, "--json")
    with scripted(said([])) as service_of_none:
        nothing = say(service_of_none, "records", ID, "--json")

    assert [json.loads(line) for line in lines.stdout.splitlines()] == found[:2]
    assert json.loads(array.stdout) == found
    assert json.loads(nothing.stdout) == []
    assert not {"\x1b", "\x9b"} & set(lines.stdout + array.stdout)
    assert service.lines[0].endswith("?limit=2")


SUGGESTED = {
    "url": "https://shop.test/", "reason": None, "kind": "list",
    "candidates": [{
        "confidence": "high", "recordCount": 2, "records": [{"Title_text": f"One{STEERS}"}],
        "payload": {"name": "suggested", "commonParent": ".card", "fields": []},
    }],
}  # fmt: skip


def test_suggest_shows_the_best_payload_and_writes_it(say: Say) -> None:
    """What is wanted goes with the call; nothing of a page steers the terminal."""
    with scripted(said(SUGGESTED)) as service:
        words = ("https://shop.test/", "--want", "One", "--out", "payload.json")
        result = say(service, "suggest", *words)

    assert result.exit_code == 0, result.output
    assert "* 1. 2 records of .card (high)" in result.stdout
    assert "One\ufffd" in result.stdout
    assert json.loads(Path("payload.json").read_text("utf-8"))["commonParent"] == ".card"
    assert json.loads(service.asked[0].body) == {
        "url": "https://shop.test/", "want": ["One"], "format": "csv",
    }  # fmt: skip


def test_suggest_says_why_there_is_nothing(say: Say) -> None:
    """And ends with a status of its own."""
    with scripted(said({**SUGGESTED, "candidates": [], "reason": "flat_list"})) as service:
        result = say(service, "suggest", "https://shop.test/")

    assert result.exit_code == 4
    assert "its records have no elements of their own" in result.stderr
