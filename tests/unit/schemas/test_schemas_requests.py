from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.plan import Action, Request
from tests.unit.schemas.samples import URL, loaded_action, nested, payload, top


@pytest.mark.parametrize(
    ("nested", "flat", "made"),
    [
        (
            {"input": {"inputSelector": "#q", "inputText": "data"}},
            {"inputSelector": "#q", "inputText": "data"},
            Action(kind="input", selector="#q", text="data"),
        ),
        (
            {"click": {"clickSelector": ".go"}},
            {"clickSelector": ".go"},
            Action(kind="click", selector=".go"),
        ),
        (
            {"waitFor": {"waitForSelector": ":root"}},
            {"waitForSelector": ":root"},
            Action(kind="waitFor", selector=":root"),
        ),
        (
            {"scroll": {"paginate": 3, "element": ".load-more"}},
            {"paginate": "3", "element": ".load-more"},
            Action(kind="scroll", selector=".load-more", times=3),
        ),
        ({"scroll": {"paginate": "2"}}, {"paginate": 2}, Action(kind="scroll", times=2)),
    ],
)
def test_actions_are_read_in_both_spellings(
    nested: dict[str, Any], flat: dict[str, Any], made: Action
) -> None:
    """The nested one and the flat one of the vendor's OpenAPI mean the same."""
    assert loaded_action(nested) == made
    assert loaded_action(flat) == made


def test_a_request_carries_all_its_wishes() -> None:
    """Every member has its place in the plan; objects keep their order."""
    request = {
        "url": URL, "headers": {"X-B": " b ", "Accept": "*/*"}, "cookies": {"sid": "1=2"},
        "formData": {"q": "ü"}, "delay": "0.5", "ignoreRobots": True, "retries": 0,
        "timeout": 5,
    }  # fmt: skip

    assert top(request=request).request == Request(
        url=URL,
        headers=(("X-B", "b"), ("Accept", "*/*")),
        cookies=(("sid", "1=2"),),
        form_data=(("q", "ü"),),
        method="POST",
        delay=0.5,
        ignore_robots=True,
        retries=0,
        timeout=5.0,
    )


def test_form_data_is_posted_unless_there_is_none() -> None:
    """An empty form changes nothing; a method may be said in any case."""
    assert top(request={"url": URL, "formData": {}}).request.method == "GET"
    assert top(request={"url": URL, "method": "post"}).request.method == "POST"


def below(parent: dict[str, Any], **members: Any) -> Request:
    """Return the request of a details collection below one that is fetched with ``parent``."""
    fields = [{"name": "a", "selector": "a", "details": nested(0) | members}]
    return load_plan(payload(request={"url": URL} | parent, fields=fields)).collections[1].request


def test_details_inherit_the_request_but_for_its_start() -> None:
    """URL, method and form belong to the start page: details are reached by links."""
    request = {
        "type": "chrome", "proxy": "country-us", "waitDelay": 1, "headers": {"A": "b"},
        "formData": {"q": "x"}, "delay": 2, "ignoreRobots": True,
        "actions": [{"clickSelector": "a"}],
    }  # fmt: skip

    assert below(request) == Request(
        fetcher="chrome",
        proxy="country-us",
        wait_delay=1,
        headers=(("A", "b"),),
        delay=2,
        ignore_robots=True,
        actions=(Action(kind="click", selector="a"),),
    )


def test_details_override_what_they_name() -> None:
    """The rest stays inherited; an empty list of actions is a list."""
    request = {"type": "chrome", "waitDelay": 1, "actions": [{"clickSelector": "a"}], "delay": 3}

    assert below(request, request={"waitDelay": 2, "actions": []}) == Request(
        fetcher="chrome", wait_delay=2, delay=3
    )
    assert below(request, type="base").fetcher == "base"


@pytest.mark.parametrize("url", ["nonsense", 7, None, "http://a@b/"])
def test_a_url_in_details_is_ignored(url: object) -> None:
    """Whatever it is: the links say where details are."""
    assert below({}, request={"url": url}, url=url).url == ""
