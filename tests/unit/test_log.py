"""Logs: one form for ours and for libraries', and nothing secret in it."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from workers.log import bind, clear, configure, get_logger, note
from workers.redact import MASK, is_secret_name, redact, redact_text


@dataclass
class Wish:
    """Log settings."""

    log_format: str = "json"
    log_level: str = "info"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Any]]]:
    """Configure logging into memory; call it to read the lines."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    def read(**wish: str) -> list[Any]:
        if wish:
            # pytest gives each phase of a test an error stream of its own.
            monkeypatch.setattr(sys, "stderr", out)
            configure(Wish(**wish))
        return out.getvalue().splitlines()

    configure(Wish())
    yield read
    clear()
    root.handlers[:], root.level = before


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("http://user:pa@ss@host/x", "pa"),
        ("redis://:secret@host:1/0", "secret"),
        ("GET /v1/tasks?api_key=k3y&limit=1", "k3y"),
        ("GET /v1/tasks?api%5Fkey=k3y&limit=1", "k3y"),
        ("http://s3/b?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=abc123&x=1", "abc123"),
        ("http://s3/b?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=abc123&x=1", "AKIA"),
        ("http://hook/?token=t0k", "t0k"),
        ("Authorization: Basic dXNlcg==", "dXNlcg"),
        ("{'Authorization': 'Bearer abc.def'}", "abc.def"),
        ("sent Bearer abcdefgh.ijkl", "abcdefgh"),
        ("dbname=x password=hunter2", "hunter2"),
        ('{"secret_key": "s3cr3t"}', "s3cr3t"),
        ("AWS_SECRET_ACCESS_KEY=s3cr3t", "s3cr3t"),
        ("whsec_AAAABBBBCCCC", "AAAABBBB"),
        ("the key gm_aaaaaaaa_0123456789012345678901234567890123456789 is", "0123456789"),
        ("-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----", "MII"),
    ],
)
def test_no_secret_leaves(text: str, hidden: str) -> None:
    """User info, keys, tokens, signatures, passwords."""
    cleaned = redact_text(text)

    assert hidden not in cleaned
    assert MASK in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "http://shop.test/list?page=2&key=7#top",
        "the monkey has 3 tokens left",
        "9b1d_2026-11-24_10:11.csv",
        "mailto:somebody@example.test",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """A log that hides everything says nothing."""
    assert redact_text(text) == text


def test_a_secret_is_known_by_its_name_at_any_depth() -> None:
    """Whatever it looks like."""
    value = {"a": [{"api_key": "test"}], "headers": {"X-Api-Key": "test", "n": 1}, "ok": "test"}

    assert redact(value) == {
        "a": [{"api_key": MASK}],
        "headers": {"X-Api-Key": MASK, "n": 1},
        "ok": "test",
    }
    assert is_secret_name("GRISTMILL_API_KEY")
    assert not is_secret_name("page_key")


def test_redaction_is_linear() -> None:
    """A long text that nearly matches all the time is no trap."""
    assert redact_text("a-" * 200_000)
    assert redact_text("api_key" * 50_000)
    assert redact_text("://" * 50_000)


def test_an_event_is_a_json_line_with_its_context(lines: Callable[..., list[Any]]) -> None:
    """Static name, fields, level, UTC time, and what the job is about."""
    bind(process="p1")
    get_logger().info("page_fetched", ms=12, api_key="test")
    [line] = map(json.loads, lines())

    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "page_fetched",
        "ms": 12,
        "api_key": MASK,
        "process": "p1",
        "level": "info",
        "logger": "gristmill",
    }


def test_libraries_speak_through_the_same_renderer(lines: Callable[..., list[Any]]) -> None:
    """An access log's query holds keys too."""
    logging.getLogger("gunicorn.access").info('"GET /?api_key=%s HTTP/1.1" 200', "k3y")
    [line] = map(json.loads, lines())

    assert line["logger"] == "gunicorn.access"
    assert "k3y" not in line["event"]


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_gives_no_secret_away(lines: Callable[..., list[Any]], form: str) -> None:
    """An error's text may hold the URL that failed."""
    lines(log_format=form)
    try:
        raise ValueError("http://u:hunter2@host/")  # noqa: TRY301 - the subject of the test
    except ValueError:
        get_logger().exception("failed")

    text = "\n".join(lines())
    # The source line of the traceback is this file's own literal, and is redacted alike.
    assert "hunter2" not in text
    assert "ValueError" in text


def test_a_value_that_json_cannot_hold_costs_no_line(lines: Callable[..., list[Any]]) -> None:
    """Bytes, sets, lone surrogates."""
    get_logger().info("odd", a=b"\xff", b={1}, c="\ud800", d=object)
    [line] = map(json.loads, lines())

    assert line["event"] == "odd"


def test_a_terminal_gets_a_console_and_everybody_else_json(
    lines: Callable[..., list[Any]],
) -> None:
    """LOG_FORMAT decides; without it, whether somebody looks."""
    lines(log_format="")
    get_logger().info("said")

    assert json.loads(lines()[0])["event"] == "said"


def test_levels_are_kept(lines: Callable[..., list[Any]]) -> None:
    """LOG_LEVEL holds for ours and for libraries'."""
    lines(log_level="WARNING")
    get_logger().info("quiet")
    logging.getLogger("celery").info("quiet")

    assert lines() == []


def test_a_note_looks_as_any_other_line(lines: Callable[..., list[Any]]) -> None:
    """The quick way changes no form: same members, same kinds of values."""
    fields: dict[str, Any] = {"path": "/v1/tasks", "ms": 1.5, "account": None}
    get_logger().info("call", **fields)
    note("call", **fields)
    slow, quick = map(json.loads, lines())

    assert slow.keys() == quick.keys()
    assert slow | {"time": ""} == quick | {"time": ""}
    assert re.sub(r"\d", "0", slow["time"])[:20] == re.sub(r"\d", "0", quick["time"])[:20]
    assert (slow["time"][-1], quick["time"][-1]) == ("Z", "Z")


def test_a_note_is_as_quiet_and_as_readable_as_wished(lines: Callable[..., list[Any]]) -> None:
    """At a higher level there is none, and a console gets its own form."""
    lines(log_level="warning")
    note("call")
    assert lines() == []
    lines(log_format="console")
    note("call", path="/v1/tasks")

    assert "{" not in lines()[0]
    assert "/v1/tasks" in lines()[0]
