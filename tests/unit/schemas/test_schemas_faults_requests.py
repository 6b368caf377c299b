import pytest

from schemas.payload import load_plan
from schemas.plan import Action
from tests.unit.schemas.samples import (
    chrome,
    faults,
    payload,
    request,
    without,
)

ACTION = "/request/actions/0"

CASES: list[tuple[object, str, str]] = [
    (without("request"), "/request/url", "where to start"),
    (payload(request={}), "/request/url", "where to start"),
    (payload(request=[]), "/request", "JSON object"),
    (payload(request=None), "/request", "null"),
    (request(url="nonsense"), "/request/url", "http or https"),
    (request(url=7), "/request/url", "string"),
    (payload(url="http://other.test/"), "/url", "differs"),
    (request(type="firefox"), "/request/type", "one of `base`, `chrome`"),
    (request(type=1), "/request/type", "string"),
    (request(type="crome"), "/request/type", "Did you mean `chrome`?"),
    (request(proxy="us"), "/request/proxy", "country-us"),
    (request(proxy="country-usa"), "/request/proxy", "country-us"),
    (request(uri="x"), "/request/uri", "did you mean `url`?"),
    (request(type="chrome", waitDelay=-1), "/request/waitDelay", "0 to 60"),
    (request(type="chrome", waitDelay=10**400), "/request/waitDelay", "0 to 60"),
    (request(type="chrome", waitDelay=float("inf")), "/request/waitDelay", "number of seconds"),
    (request(type="chrome", waitDelay=float("nan")), "/request/waitDelay", "number of seconds"),
    (request(type="chrome", waitDelay=False), "/request/waitDelay", "number of seconds"),
    (request(type="chrome", waitDelay="1e3"), "/request/waitDelay", "number of seconds"),
    (request(type="chrome", actions={}), "/request/actions", "list"),
    (chrome({}), ACTION, "empty"),
    (chrome(1), ACTION, "JSON object"),
    (chrome({"clik": {}}), ACTION + "/clik", "did you mean `click`?"),
    (chrome({"clickSelectr": "a"}), ACTION + "/clickSelectr", "`clickSelector`?"),
    (chrome({"click": {}}), ACTION + "/click/clickSelector", "CSS selector"),
    (chrome({"click": 1}), ACTION + "/click", "JSON object"),
    (chrome({"click": {"clickSelector": "a", "x": 1}}), ACTION + "/click/x", "not known"),
    (chrome({"click": {"clickSelector": "a"}, "x": 1}), ACTION + "/x", "not known"),
    (chrome({"click": {}, "input": {}}), ACTION, "more than one action"),
    (chrome({"clickSelector": "a", "waitForSelector": "b"}), ACTION, "more than one action"),
    (chrome({"inputSelector": "a"}), ACTION + "/inputText", "text to type"),
    (chrome({"paginate": 0}), ACTION + "/paginate", "1 to 1000"),
    (chrome({"paginate": "many"}), ACTION + "/paginate", "whole number"),
    (request(headers=[]), "/request/headers", "JSON object"),
    (request(headers={"A": 1}), "/request/headers/A", "string"),
    (request(headers={"A B": "x"}), "/request/headers/A B", "no header name"),
    (request(headers={"A": "x\r\nB: y"}), "/request/headers/A", "line break"),
    (request(headers={"a": "x", "A": "y"}), "/request/headers/A", "twice"),
    (request(headers={"Content-Length": "1"}), "/request/headers/Content-Length", "itself"),
    (request(headers={"HOST": "x"}), "/request/headers/HOST", "itself"),
    (request(headers={f"h{n}": "" for n in range(101)}), "/request/headers", "at most 100"),
    (request(cookies={"a": "b; c"}), "/request/cookies/a", "%3B"),
    (request(cookies={"a=b": "c"}), "/request/cookies/a=b", "no cookie name"),
    (request(cookies={"a": "b\tc"}), "/request/cookies/a", "control character"),
    (request(formData={"": "x"}), "/request/formData/", "1 to 200"),
    (request(formData={"a": None}), "/request/formData/a", "string"),
    (request(formData={"a": "b"}, method="GET"), "/request/method", "POST"),
    (request(method="DELETE"), "/request/method", "one of `get`, `post`"),
    (request(delay=-0.1), "/request/delay", "0 to 3600"),
    (request(retries=21), "/request/retries", "0 to 20"),
    (request(retries=None), "/request/retries", "null"),
    (request(timeout=0), "/request/timeout", "0.1 to 60"),
    (request(ignoreRobots="yes"), "/request/ignoreRobots", "true or false"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "pointer", "word"), CASES, ids=range(len(CASES)))
def test_a_fault_of_a_request_is_named_at_its_place(sent: object, pointer: str, word: str) -> None:
    """One thing is wrong, and one fault says where and what, as a sentence."""
    found = faults(sent)

    assert [(place, word in detail) for place, detail in found] == [(pointer, True)]
    assert found[0][1].endswith((".", "?"))


@pytest.mark.parametrize("wait", [0, "0", 0.5, "2"])
def test_what_a_browser_shall_do_may_be_said_to_a_base_page(wait: object) -> None:
    """The documented example itself does: it counts if the page has to be shown in Chrome."""
    sent = request(waitDelay=wait, actions=[{"clickSelector": "a"}])
    wishes = load_plan(sent).collections[0].request

    assert (wishes.fetcher, wishes.wait_delay) == ("base", float(str(wait)))
    assert wishes.actions == (Action(kind="click", selector="a"),)
    assert load_plan(payload(waitDelay=wait)).collections[0].request.wait_delay == float(str(wait))


def test_an_empty_wait_is_no_number() -> None:
    """What is passed over is still checked."""
    assert faults(request(waitDelay="")) == [
        ("/request/waitDelay", "This must be a number of seconds, 0 to 60.")
    ]
