from __future__ import annotations

import pytest

from tests.builders.suggested import listing, suggested

LINKS = "<ul><li><a href=/f>Forgot your password?</a><li><a href=/r>Create an account</a></ul>"
ITEM = "<article class=item><h3><a href=/p/{number}>{word}</a></h3><b>{price}</b></article>"
FORM = "<form action=/in><input name=user><input type=Password name=word><button>Go</button></form>"


@pytest.mark.parametrize(
    "wall",
    [
        f"<nav><a href=/a>Home</a><a href=/b>About us</a></nav><h1>Sign in</h1>{FORM}{LINKS}",
        f"<h1>Bitte anmelden</h1>{FORM}{LINKS}",
        "<h1>Access Denied</h1>You don't have permission to see this.<p>Reference #18.2",
        "<h1>One more step</h1><p>Checking your browser before accessing the shop</p>" + LINKS,
        "<p>Please verify you are human</p><p>Case 12</p><p>Case 13</p>",
    ],
)
def test_a_page_that_keeps_its_visitor_out_is_blocked(wall: str) -> None:
    """A login and a block notice are no list of their links and no record of their words."""
    answer = suggested(f"<body>{wall}</body>")

    assert (answer.kind, answer.reason, list(answer.candidates)) == ("nothing", "blocked", [])


@pytest.mark.parametrize(
    "beside",
    [f"<header>{FORM}</header>", FORM, "<p>Access denied to bots since 2019</p>"],
)
def test_a_list_beside_a_login_or_a_notice_stays_a_list(beside: str) -> None:
    """What surely is content is no wall."""
    answer = suggested(listing(ITEM, beside=beside))

    assert answer.kind == "list"
    assert answer.reason == ""
