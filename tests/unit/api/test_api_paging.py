from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app import paging
from schemas.problem import Invalid

ROWS = [SimpleNamespace(seq=number) for number in range(9, 0, -1)]


def test_a_list_goes_on_behind_its_link(app: Flask) -> None:
    """The link holds the limit, the cursor and any filter, but never the API key."""
    with app.test_request_context("/v1/tasks?limit=2&api_key=secret&verdict=ok"):
        window = paging.read_window()
        answer = paging.answer(ROWS[:3], window, lambda row: row.seq, lambda row: [row.seq])
    link = answer.headers["Link"]
    target = link.partition(">")[0].removeprefix("<")
    with app.test_request_context(target):
        following = paging.read_window()

    assert answer.json == [9, 8]
    assert link.endswith('; rel="next"')
    assert "secret" not in link
    assert parse_qs(urlsplit(target).query)["verdict"] == ["ok"]
    assert (following.limit, following.before) == (2, 8)


def test_the_last_page_has_no_link(app: Flask) -> None:
    """A link that led to an empty page would cost a call."""
    with app.test_request_context("/v1/tasks?limit=2"):
        answer = paging.answer(
            ROWS[:2], paging.read_window(), lambda row: row.seq, lambda row: [row.seq]
        )

    assert "Link" not in answer.headers


def test_without_parameters_a_page_holds_a_hundred(app: Flask) -> None:
    """The default limit."""
    with app.test_request_context("/v1/tasks"):
        window = paging.read_window()

    assert (window.limit, window.before) == (100, None)


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "1.5", "ten", "9" * 40, "²"])
def test_a_limit_out_of_range_is_refused(app: Flask, limit: str) -> None:
    """1 to 1000, in digits."""
    with (
        app.test_request_context("/v1/tasks", query_string={"limit": limit}),
        pytest.raises(Invalid) as caught,
    ):
        paging.read_window()

    assert [fault.pointer for fault in caught.value.faults] == ["/limit"]


@pytest.mark.parametrize(
    "numbers", [[], [-1], [True], [1.5], ["1"], [2**63], [2**31, 1], {"a": 1}, 7, [[1]], None]
)
def test_a_cursor_that_is_not_ours_is_refused(app: Flask, numbers: object) -> None:
    """Also a well-formed one whose numbers Postgres could not take."""
    text = base64.urlsafe_b64encode(json.dumps(numbers).encode()).decode()
    with (
        app.test_request_context("/v1/tasks", query_string={"cursor": text}),
        pytest.raises(Invalid),
    ):
        paging.read_window()


@pytest.mark.parametrize("text", ["zz", "é", "W10=!", "x" * 500])
def test_a_cursor_that_is_noise_is_refused(app: Flask, text: str) -> None:
    """Whatever it is, it ends as a named fault."""
    with (
        app.test_request_context("/v1/tasks", query_string={"cursor": text}),
        pytest.raises(Invalid),
    ):
        paging.read_window()


def test_a_cursor_of_another_list_is_refused(app: Flask) -> None:
    """Lists by position and lists by number do not share cursors."""
    with app.test_request_context("/?cursor=WzNd"), pytest.raises(Invalid):
        paging.read_window(single=False)
