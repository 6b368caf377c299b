"""Each warning of a run: pages that give it, and the same pages with a payload that does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from schemas.warnings import RUN_WARNINGS, PayloadWarning
from tests.builders.looked_at import SITE, warnings_of_run
from workers.stats.run_warnings import MOST_WARNINGS

BOOKS = 4  # on a page
LISTS = 3


def card(number: int) -> str:
    rare = '<i class="sale">sale</i>' if number == 1 else ""
    return (
        f'<li class="card"><h3><a href="/book/{number}">Book {number}</a></h3>'
        f'<b class="price">£{number}.50</b><u>In stock</u>{rare}</li>'
    )


def listing(number: int) -> str:
    cards = "".join(map(card, range(number * BOOKS, (number + 1) * BOOKS)))
    ahead = f'<a class="next" href="/list/{number + 1}">next</a>' if number + 1 < LISTS else ""
    return (
        f'<h1 class="title">Books</h1><ul>{cards}</ul><p class="note">All</p>'
        f"<ul>{'<li></li>' * 40}</ul>{ahead}"
    )


def shop() -> dict[str, str]:
    """Return three listings of four books, and a page for each book."""
    lists = {f"/list/{number}": listing(number) for number in range(LISTS)}
    books = range(LISTS * BOOKS)
    return lists | {f"/book/{n}": f'<h1 class="name">Book {n}</h1>' for n in books}


def payload(**changes: Any) -> dict[str, Any]:
    """Return a payload that is right in every part, but for ``changes``."""
    basis = {
        "name": "books",
        "format": "json",
        "request": {"url": f"{SITE}/list/0"},
        "commonParent": ".card",
        "fields": [title(), price()],
        "paginator": {"nextPageSelector": "a.next", "pageNum": 9},
    }
    return basis | changes


def title(**changes: Any) -> dict[str, Any]:
    return {"name": "Title", "selector": "h3 a", "type": 2} | changes


def price(**changes: Any) -> dict[str, Any]:
    return {"name": "Price", "selector": ".price"} | changes


def details(selector: str) -> dict[str, Any]:
    return {"name": "book", "fields": [{"name": "Name", "selector": selector}]}


CASES: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "no_blocks": (payload(commonParent=".cart"), "/commonParent", "no block on 3 of 3 pages."),
    "field_empty": (
        payload(fields=[title(), price(selector="b.prize")]),
        "/fields/1/selector",
        "`b.prize`: nothing on 3 of 3 pages.",
    ),
    "outside_blocks": (
        payload(fields=[title(), price(selector="h1.title")]),
        "/fields/1/selector",
        "`h1.title`: 1 match, none of them in a block.",
    ),
    "filter_empties": (
        payload(fields=[title(), price(filters=[{"name": "regex", "param": r"\$\d+"}])]),
        "/fields/1/filters/0",
        "`.price`: the filter `regex` leaves nothing of 4 of 4 values.",
    ),
    "field_in_few_blocks": (
        payload(fields=[title(), price(selector=".sale")]),
        "/fields/1/selector",
        "`.sale`: in 1 of 12 records.",
    ),
    "same_values": (
        payload(fields=[title(), price(selector="u")]),
        "/fields/1/selector",
        "`u`: `In stock` in each of 12 records.",
    ),
    "no_next": (
        payload(paginator={"nextPageSelector": "a.nxt", "pageNum": 9}),
        "/paginator/nextPageSelector",
        "`a.nxt`: it matches nothing, on 1 of 1 page.",
    ),
    "page_num_1": (
        payload(paginator={"nextPageSelector": "a.next"}),
        "/paginator",
        "`pageNum` is 1",
    ),
    "no_details": (
        payload(fields=[title(details=details("h2.name")), price()]),
        "/fields/0/details",
        "Nothing on 12 of 12 pages that the links lead to.",
    ),
    "many_records_dropped": (
        payload(commonParent="li"),
        "/commonParent",
        "40 of 44 blocks hold no value, on the page that was looked at.",
    ),
}
"""By code: a mistake, where it is, and what is said of it."""


def told(found: list[PayloadWarning]) -> list[str]:
    return [one.code for one in found]


def test_each_code_of_a_run_has_a_case() -> None:
    """The list is closed."""
    assert set(CASES) == RUN_WARNINGS


@pytest.mark.parametrize("code", CASES)
def test_a_mistake_is_named_with_its_place_and_the_cure(code: str) -> None:
    """It comes first, before what follows from it."""
    sent, pointer, detail = CASES[code]
    first = warnings_of_run(sent, shop())[0]

    assert (first.code, first.pointer) == (code, pointer)
    assert detail in first.detail
    assert first.hint


def test_a_payload_that_is_right_gives_no_warning() -> None:
    """With details too."""
    assert warnings_of_run(payload(), shop()) == []
    right = payload(fields=[title(details=details("h1.name")), price()])
    assert warnings_of_run(right, shop()) == []


def test_a_path_is_judged_by_what_was_seen_on_its_pages() -> None:
    """Its own records are dropped, and only the pages that were looked at tell of its fields."""
    way = {"path": True, "fields": [title(selector="h4 a", details=details("h1.name"))]}
    assert told(warnings_of_run(payload(**way), shop())) == ["field_empty"]

    way["fields"] = [title(details=details("h1.name"))]
    assert warnings_of_run(payload(**way), shop()) == []


def test_a_field_with_details_that_is_no_link_is_named() -> None:
    """It matches, and leads to no page."""
    sent = payload(fields=[title(selector="h3", type=1, details=details("h1.name")), price()])
    (one,) = warnings_of_run(sent, shop())

    assert (one.code, one.pointer) == ("no_details", "/fields/0/details")
    assert "link to no page" in one.detail


def test_an_attr_that_no_match_has_is_named_unless_nobody_asked_for_it() -> None:
    """An image without its usual `alt` is no mistake; a `title` that was asked for is one."""
    asked = payload(fields=[title(attrs=["text", "title"]), price()])
    (one,) = warnings_of_run(asked, shop())
    assert (one.code, one.pointer) == ("field_empty", "/fields/0/attrs/1")

    pictures = {"/list/0": "".join(f'<p><img src="/{n}.png"><b>{n}</b></p>' for n in range(5))}
    fields = [{"name": "Image", "selector": "img", "type": 0}, {"name": "N", "selector": "b"}]
    bare = {key: value for key, value in payload(fields=fields).items() if key != "paginator"}
    assert warnings_of_run(bare | {"commonParent": "p"}, pictures) == []


def test_what_a_page_says_of_all_its_records_is_no_mistake() -> None:
    """A constant is the same everywhere because that was asked for."""
    shop_column = {"name": "Shop", "selector": "const:shop-a"}
    assert warnings_of_run(payload(fields=[title(), shop_column]), shop()) == []


def test_a_run_that_did_not_end_by_itself_blames_no_paginator_and_no_link() -> None:
    """What was not fetched yet may be where they lead."""
    sent = payload(paginator={"nextPageSelector": "a.nxt", "pageNum": 9})

    assert warnings_of_run(sent, shop(), open_pages=3) == []
    assert warnings_of_run(sent, shop(), error_code="max_pages") == []


def test_a_run_without_an_answer_has_no_warning() -> None:
    """Its error says why there is nothing."""
    assert warnings_of_run(payload(request={"url": f"{SITE}/gone"}), shop()) == []


def test_warnings_are_bounded_however_many_fields_are_wrong() -> None:
    """So are their sentences: a selector is quoted by its beginning."""
    fields = [{"name": f"F{n}", "selector": f"{'a' * 500}{n}"} for n in range(200)]
    found = warnings_of_run(payload(fields=[title(), *fields]), shop())

    assert len(found) == MOST_WARNINGS
    assert max(len(one.detail) for one in found) < 200
