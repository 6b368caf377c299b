"""How far a run has come, as a terminal and as a log see it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from app.commands.payloads import known_pages
from clients.python.gristmill_client import Client
from deploy.local.progress import progress

NEXT = {"nextPageSelector": "a.next"}
FIELDS = [{"name": "Title", "selector": "h3"}]


@pytest.mark.parametrize(
    ("payload", "pages"),
    [
        ({"fields": FIELDS}, 1),
        ({"fields": FIELDS, "paginator": {**NEXT, "pageNum": 50}}, 50),
        ({"fields": FIELDS, "paginator": {**NEXT, "type": "next"}}, 1),
        ({"fields": [{**FIELDS[0], "details": {"fields": FIELDS}}]}, None),
        ({"fields": FIELDS, "paginator": {"type": "scroll", "pageNum": 5}}, None),
        ({"fields": FIELDS, "paginator": {"type": "links", "pageNum": 5}}, None),
        ({"engine": "bing", "q": "moss", "pageNum": 3}, 3),
        ({"engine": "bing", "q": "moss"}, 1),
        ({"url": "https://a.test/", "capture": "pdf"}, 1),
        ({"fields": FIELDS, "paginator": {**NEXT, "pageNum": "many"}}, None),
        ({"fields": 7, "paginator": "a.next"}, None),
        ("nothing", None),
    ],
)
def test_pages_are_known_where_the_payload_says_how_many(payload: Any, pages: int | None) -> None:
    """Where details follow, only the run will tell; what the service will refuse is not read."""
    assert known_pages(payload) == pages


def shown(*states: dict[str, int | str], terminal: bool, pages: int | None) -> str:
    """Return what a run in these states looks like."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=120)
    with progress(console, pages=pages) as show:
        for state in states:
            run = Client("http://127.0.0.1:9", "k").process("x" * 27)
            counts = dict.fromkeys(("failedCount", "blockedCount", "recordCount"), 0)
            run.data |= {**counts, "status": "running", **state}
            show(run)
    return out.getvalue()


def test_a_terminal_sees_a_bar_that_ends_with_the_pages_that_there_were() -> None:
    """A limit is told as one: a site may end before it."""
    at = {"state": "running", "responseCount": 12}
    end = {"state": "finished", "status": "finished", "responseCount": 30}
    text = shown(at, end, terminal=True, pages=50)

    assert "12 of at most 50 pages" in text
    assert "30 pages" in text
    assert "━" in text


def test_a_log_gets_a_line_now_and_then_and_one_at_the_end() -> None:
    """A log has no cursor to move, and no use for a line a second."""
    states = [{"state": "running", "responseCount": n} for n in range(5)]
    end = {"state": "finished", "status": "finished", "responseCount": 9}
    lines = shown(*states, end, terminal=False, pages=50).splitlines()

    assert len(lines) == 2
    assert "\x1b" not in "".join(lines)


def test_what_a_service_calls_a_state_can_not_steer_the_terminal() -> None:
    """It is a stranger's text like any other."""
    text = shown({"state": "\x1b]0;x\x07[bold]", "responseCount": 1}, terminal=True, pages=None)

    assert "\x1b]0;" not in text
