"""Each warning of a preview has a page that gives it, and one that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from schemas.warnings import PAGE_WARNINGS
from tests.builders.previews import (
    RATES,
    URL,
    answer,
    codes,
    look,
    payload,
    plan_of,
    previewed,
    told,
)  # fmt: skip
from workers.analyses.base import AnalysisCase
from workers.analyses.preview import Preview

CARD = (
    '<li class=sack><h3><a href="/mill/{n}">Rye {n}</a></h3><b class=eur>{n}.50 EUR</b>'
    "<i class=unit>per kg</i><img src=/{n}.png></li>"
)
PAGE = (
    "<h1>Flour</h1><ul>" + "".join(CARD.format(n=n) for n in range(1, 6)) + "</ul>"
    '<p class=sum>all prices</p><nav class=pager><a class=on href="/list/2">next</a></nav>'
)
NAME = {"name": "N", "selector": "h3 a", "type": 2}
EUR = {"name": "E", "selector": ".eur"}
GOOD: dict[str, Any] = {
    "commonParent": ".sack",
    "fields": [NAME, EUR],
    "paginator": {"nextPageSelector": ".on", "pageNum": 9},
}
TABLE = "<table>" + "".join(f"<tr><td>{n}<td>{n}1<td>x</tr>" for n in range(4)) + "</table>"


def odd(html: str = PAGE, details: str = "", **members: Any) -> dict[str, str]:
    """Return the warnings of a page, with a payload that is good but for ``members``."""
    return codes(previewed(html, details, **{**GOOD, **members}))


def fields(*more: dict[str, Any]) -> dict[str, Any]:
    """Return the members with further fields."""
    return {"fields": [NAME, *more]}


CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("no_blocks", PAGE, {"commonParent": ".sak"}, "/commonParent"),
    ("one_block", PAGE, {"commonParent": "ul"}, "/commonParent"),
    ("one_block", PAGE, {"commonParent": "ul", "fields": [EUR]}, "/commonParent"),
    ("field_empty", PAGE, fields({"name": "E", "selector": ".euro"}), "/fields/1/selector"),
    ("field_empty", PAGE, fields({"name": "I", "selector": "img", "attrs": ["title"]}),
     "/fields/1/attrs"),
    ("field_in_few_blocks", PAGE, fields({"name": "F", "selector": "[href$='1']"}),
     "/fields/1/selector"),
    ("outside_blocks", PAGE, fields({"name": "H", "selector": "h1"}), "/fields/1/selector"),
    ("several_values", TABLE, {"commonParent": "tr", "fields": [{"name": "T", "selector": "td"}]},
     "/fields/0/selector"),
    ("filter_empties", PAGE,
     fields(EUR | {"filters": [{"name": "trim"}, {"name": "regex", "param": "[$]"}]}),
     "/fields/1/filters/1"),
    ("same_values", PAGE, fields({"name": "U", "selector": ".unit"}), "/fields/1/selector"),
    ("no_next", PAGE, {"paginator": {"nextPageSelector": ".after", "pageNum": 9}},
     "/paginator/nextPageSelector"),
    ("next_loops", PAGE.replace("/list/2", URL), {}, "/paginator/nextPageSelector"),
    ("next_other_host", PAGE.replace("/list/2", "//other.test/2"), {},
     "/paginator/nextPageSelector"),
    ("page_num_1", PAGE, {"paginator": {"nextPageSelector": ".on"}}, "/paginator/pageNum"),
    ("no_details_links", PAGE, fields(EUR | {"details": {"fields": [EUR]}}), "/fields/1/selector"),
    ("login_form", "<form><input type=password></form>", {}, "/request/url"),
    ("hashed_class", PAGE.replace("class=eur", "class=css-1q2w3e4"),
     fields({"name": "E", "selector": ".css-1q2w3e4"}), "/fields/1/selector"),
    ("many_records_dropped", PAGE,
     {"commonParent": "li, a", "fields": [{"name": "I", "selector": "[src='/1.png']"}]},
     "/commonParent"),
]  # fmt: skip


def test_a_good_payload_gives_no_warning() -> None:
    """The page that each of the others is compared with."""
    assert odd() == {}
    assert odd(details="<b class=eur>1</b>", fields=[NAME | {"details": {"fields": [EUR]}}]) == {}


@pytest.mark.parametrize(("code", "html", "members", "place"), CASES)
def test_a_mistake_is_named_with_its_place(
    code: str, html: str, members: dict[str, Any], place: str
) -> None:
    """The place is where the payload would have to be mended."""
    assert odd(html, **members).get(code) == place


def test_pages_that_are_not_what_they_should_be_are_told_of() -> None:
    """What robots.txt forbids, and what is a block notice, has no records."""
    plan = plan_of(payload(**GOOD))
    denied = answer(plan, told((1,), None, verdict="robots", status=None))
    blocked = answer(plan, told((1,), None, verdict="blocked", error="captcha"))

    assert (codes(denied), denied["checks"]["robots"]) == (
        {"robots_disallows": "/request/ignoreRobots"}, "disallowed"
    )  # fmt: skip
    assert codes(blocked) == {"blocked": "/request/url"}
    assert (denied["records"], denied["collections"], denied["estimate"]) == ([], [], None)


def test_chrome_is_told_of_where_it_is_needed_and_where_it_is_not() -> None:
    """A base page that held nothing was shown by Chrome; one that asks for Chrome needs it not."""
    base, asks = plan_of(payload(**GOOD)), plan_of(chrome())
    shown = look(base, PAGE, fetcher="chrome")
    wanted = look(asks, PAGE, fetcher="chrome")
    without = look(asks, PAGE, first=False)
    empty = look(asks, "<div id=root></div>", first=False)
    start = told((1,), wanted, fetcher="chrome")
    needed = answer(base, told((1,), shown, fetcher="chrome"))

    assert codes(needed) == {"needs_chrome": "/request/type"}
    assert needed["checks"]["chrome"] == {"tried": True, "recordCount": 5}
    assert [one.fetcher for one in wanted.beside] == ["base"]
    assert codes(answer(asks, start, told((2,), without))) == {"chrome_not_needed": "/request/type"}
    assert codes(answer(asks, start, told((2,), empty))) == {}
    assert without.content.records == ()


def chrome(**request: Any) -> dict[str, Any]:
    """Return the good payload for Chrome."""
    return payload(**GOOD) | {"request": {"url": URL, "type": "chrome", **request}}


def test_a_page_that_needs_a_browser_for_sure_is_not_fetched_without() -> None:
    """Actions and a paginator that clicks are a browser's own."""
    acts = plan_of(chrome(actions=[{"scroll": {"paginate": 1}}]))
    clicks = plan_of(chrome() | {"paginator": {"type": "click", "selector": ".on", "pageNum": 2}})

    assert look(acts, PAGE, fetcher="chrome").beside == ()
    assert look(clicks, PAGE, fetcher="chrome").beside == ()


def test_a_run_that_a_limit_would_cut_off_is_told_of() -> None:
    """MAX_PAGES, and the pages that a run is likely to ask for."""
    plan = plan_of(payload(**GOOD | {"paginator": {"nextPageSelector": ".on", "pageNum": 2000}}))
    case = AnalysisCase(
        plan=plan, pages=[told((1,), look(plan, PAGE))], rates=replace(RATES, max_pages=1500)
    )

    assert codes(Preview().answer(case)) == {"truncated": ""}


def test_a_selector_that_takes_long_is_told_of() -> None:
    """Such as an expression that looks through the page for each element of it."""
    html = PAGE + "<p>grain</p>" * 4000
    slow = {"name": "S", "selector": "xpath:.//p[count(//p) > 3]"}

    assert "slow_selector" in odd(html, commonParent="body", fields=[NAME, slow])
    assert "slow_selector" not in odd(html)


def test_every_warning_that_a_page_can_give_is_tried_here() -> None:
    """A new code needs a page of its own."""
    elsewhere = {
        "robots_disallows", "blocked", "needs_chrome", "chrome_not_needed", "truncated",
        "slow_selector",
    }  # fmt: skip

    assert {code for code, *_ in CASES} | elsewhere == PAGE_WARNINGS


MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("one_block", {"commonParent": "ul"}, "/commonParent", "commonParent"),
    ("field_empty", fields({"name": "E", "selector": ".euro"}), "/fields/1/selector",
     "`.eur` matches 5"),
    ("no_next", {"paginator": {"nextPageSelector": ".onn", "pageNum": 9}},
     "/paginator/nextPageSelector", "matches 1"),
    ("field_empty",
     {"fields": [NAME | {"details": {"fields": [{"name": "K", "selector": "h2.grain"}]}}]},
     "/fields/0/details/fields/0/selector", "`h2` matches 1"),
    ("page_num_1", {"paginator": {"nextPageSelector": ".on"}}, "/paginator/pageNum", "pageNum"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "members", "place", "cure"), MISTAKES)
def test_a_typical_mistake_is_named_with_its_cure(
    code: str, members: dict[str, Any], place: str, cure: str
) -> None:
    """Wrong block, wrong field, wrong next, wrong details, a forgotten pageNum."""
    document = previewed(PAGE, "<h2>Rye 1</h2>", **{**GOOD, **members})
    found = [one for one in document["warnings"] if one["code"] == code]

    assert [one["pointer"] for one in found] == [place]
    assert cure in found[0]["hint"]


@pytest.mark.parametrize(
    ("members", "cure"),
    [
        ({"commonParent": "#mill"}, "leave `commonParent` out"),
        ({"fields": [NAME | {"details": {"fields": [{"name": "K", "selector": "#q"}]}}]}, "page's"),
    ],
)
def test_no_blocks_has_a_cure_where_nothing_is_spelt_alike(
    members: dict[str, Any], cure: str
) -> None:
    """Whoever reads it knows what to do next, on details pages too."""
    document = previewed(PAGE, "<h2>Rye 1</h2>", **{**GOOD, **members})
    (found,) = (one for one in document["warnings"] if one["code"] == "no_blocks")

    assert cure in found["hint"]


@pytest.mark.parametrize(
    ("selector", "cure"),
    [
        (".sack h3 a.title", "`.sack h3 a` matches 5."),
        (".sack h3.title > strong", "`.sack h3` matches 5."),
        ("#flour .eur", ""),
        (".sacks .eur", "`.sack .eur` matches 5."),
        ("xpath:.//h4", ""),
        ("b.euro:first-child, i.none", "`b` matches 5."),
        (".\\31 0 > b", ""),
    ],
)
def test_the_nearest_selector_that_matches_is_named(selector: str, cure: str) -> None:
    """The last class goes first, then the last step; a misspelt name is spelt as on the page."""
    document = previewed(PAGE, **{**GOOD, **fields({"name": "X", "selector": selector})})
    (found,) = (one for one in document["warnings"] if one["pointer"] == "/fields/1/selector")

    assert cure in found.get("hint", "")
    assert bool(cure) == ("hint" in found)


@pytest.mark.parametrize(
    ("name", "made_up"),
    [
        ("css-1q2w3e", True), ("sc-bdVaJa", True), ("Card_title__3kX9Z", True), ("x1n2onr6", True),
        ("jss42a9c", True), ("col-md-6", False), ("mt-4", False), ("price_color", False),
        ("card__title", False), ("product-card__price", False), ("h1", False), ("w3-card", False),
        ("is-active", False), ("top10", False), ("a11y", False), ("i18n", False),
    ],
)  # fmt: skip
def test_names_that_a_build_tool_made_up_are_told_from_peoples(name: str, *, made_up: bool) -> None:
    """They change with the site's next build."""
    html = f'<div class="{name}">a</div><div class="{name}">b</div>'
    found = odd(html, commonParent="div", fields=[{"name": "F", "selector": f".{name}"}])

    assert ("hashed_class" in found) is made_up
