from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.payload import load_plan
from tests.unit.schemas.samples import details, faults, request, top

URL = "https://shop.example.test/list"
EXPORTED = {
    "domain": ".example.test", "expirationDate": 1762900726.409761, "hostOnly": False,
    "httpOnly": False, "id": 1, "name": "auth_token", "path": "/", "sameSite": "no_restriction",
    "secure": True, "session": True, "storeID": "1", "value": "46fd9",
}  # fmt: skip


def sent(*cookies: dict[str, Any], url: str = URL) -> dict[str, str]:
    """Return the cookies that go with the start page when ``cookies`` were exported."""
    return dict(top(request={"url": url, "initialCookies": list(cookies)}).request.cookies)


@pytest.mark.parametrize("given", [[EXPORTED], json.dumps([EXPORTED])])
@pytest.mark.parametrize("capture", ["content", "pdf", "screenshot"])
def test_cookies_of_a_browser_go_with_the_page(capture: str, given: object) -> None:
    """As the vendor documents them, and as the extension's clipboard holds them."""
    plan = load_plan({"capture": capture, "url": URL, "initialCookies": given})

    assert plan.collections[0].request.cookies == (("auth_token", "46fd9"),)


@pytest.mark.parametrize("given", [[], "", " ", "[]", None])
def test_a_client_that_has_none_may_say_so(given: object) -> None:
    """Generated clients send the member whether it holds anything or not, in details too."""
    assert top(request={"url": URL, "initialCookies": given}).request.cookies == ()
    assert (
        load_plan(details(request={"initialCookies": given})).collections[1].request.cookies == ()
    )


@pytest.mark.parametrize(
    ("members", "url", "goes"),
    [
        ({}, URL, {"a": "1"}),
        ({"domain": "shop.example.test"}, URL, {"a": "1"}),
        ({"domain": "Example.TEST"}, URL, {"a": "1"}),
        ({"domain": "example.test", "hostOnly": True}, URL, {}),
        ({"domain": "ample.test"}, URL, {}),
        ({"domain": ".Bücher.test"}, "https://xn--bcher-kva.test/", {"a": "1"}),
        ({"domain": "xn--bcher-kva.test"}, "https://a.bücher.test/", {"a": "1"}),
        ({"domain": " "}, URL, {"a": "1"}),
        ({"domain": "other.test"}, URL, {}),
        ({"domain": ".example.test", "secure": True}, "http://shop.example.test/", {}),
        ({"domain": ".example.test"}, "http://shop.example.test/", {"a": "1"}),
    ],
)
def test_a_cookie_goes_where_a_browser_would_send_it(
    members: dict[str, Any], url: str, goes: dict[str, str]
) -> None:
    """A whole browser's cookies may be pasted: no other site's are given away."""
    assert sent({"name": "a", "value": "1"} | members, url=url) == goes


def test_the_requests_own_cookies_come_before_those_of_a_browser() -> None:
    """What the payload says in our own words is the later thought; details inherit both."""
    given = {
        "url": URL,
        "cookies": {"a": "ours"},
        "initialCookies": [{"name": "a", "value": "x"}, {"name": "b"}],
    }
    plan = load_plan(details() | {"request": given})

    assert [dict(one.request.cookies) for one in plan.collections] == [{"a": "ours", "b": ""}] * 2


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({}, "", "list"),
        ("sid=1", "", "brackets and all"),
        ("{}", "", "list"),
        ([1], "/0", "JSON object"),
        ([{}], "/0/name", "required"),
        ([{"name": "a", "vlaue": "1"}], "/0/vlaue", "did you mean `value`?"),
        ([{"name": "a b"}], "/0/a b", "no cookie name"),
        ([{"name": "a", "value": "1;2"}], "/0/a", "%3B"),
        ([{"name": "a", "secure": "no"}], "/0/secure", "true or false"),
        ([{"name": "a"}] * 101, "", "at most 100"),
    ],
)  # fmt: skip
def test_a_fault_of_a_cookie_is_named_at_its_place(given: object, place: str, words: str) -> None:
    """Never a 500, and never a cookie that is dropped without a word."""
    found = faults(request(initialCookies=given))

    assert [pointer for pointer, _ in found] == ["/request/initialCookies" + place]
    assert words in found[0][1]


def test_cookies_of_a_browser_stand_with_the_start_page() -> None:
    """A details collection has no URL of its own to tell by which of them would be sent."""
    found = faults(details(request={"initialCookies": [{"name": "a"}]}))

    assert found[0][0] == "/fields/0/details/request/initialCookies"
