"""What payload.md refuses: each fault at its place, all of them at once."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.payload import load_plan
from schemas.plan import Plan
from schemas.problem import Invalid

URL = "https://example.test/list"


def payload(**members: Any) -> dict[str, Any]:
    basis = {
        "name": "books",
        "request": {"url": URL},
        "fields": [{"name": "Title", "selector": "h3 a"}],
        "format": "json",
    }
    return basis | members


def without(name: str) -> dict[str, Any]:
    sent = payload()
    del sent[name]
    return sent


def field(**members: Any) -> dict[str, Any]:
    return payload(fields=[{"name": "Title", "selector": "h3 a"} | members])


def details(**members: Any) -> dict[str, Any]:
    return field(details={"fields": [{"name": "x", "selector": "y"}]} | members)


def request(**members: Any) -> dict[str, Any]:
    return payload(request={"url": URL} | members)


def chrome(*actions: Any) -> dict[str, Any]:
    return request(type="chrome", actions=list(actions))


def serp(**members: Any) -> dict[str, Any]:
    return {"name": "s", "engine": "google", "q": "x", "format": "json"} | members


def fields(*sent: dict[str, Any]) -> dict[str, Any]:
    return payload(fields=[{"selector": "a"} | one for one in sent])


def faults(sent: object, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        load_plan(sent, **options)
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


FIELD = "/fields/0"
ACTION = "/request/actions/0"

CASES: list[tuple[object, str, str]] = [
    ([], "", "JSON object"),
    (None, "", "JSON object"),
    ("x", "", "JSON object"),
    (without("name"), "/name", "Give the collection a name"),
    (payload(name=" "), "/name", "Give the collection a name"),
    (payload(name=7), "/name", "string"),
    (payload(name="n" * 201), "/name", "too long"),
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
    (without("fields"), "/fields", "what to extract"),
    (payload(fields=[]), "/fields", "empty"),
    (payload(fields={}), "/fields", "list"),
    (payload(fields=[1]), FIELD, "JSON object"),
    (payload(fields=[{}] * 1001), "/fields", "at most 1000"),
    (payload(fields=[{"selector": "a"}]), FIELD + "/name", "Give the field a name"),
    (payload(fields=[{"name": "a"}]), FIELD + "/selector", "CSS selector"),
    (field(name=""), FIELD + "/name", "empty"),
    (field(selector=" "), FIELD + "/selector", "empty"),
    (field(selector="a\0"), FIELD + "/selector", "NUL"),
    (field(type=3), FIELD + "/type", "0 to 2"),
    (field(type=True), FIELD + "/type", "whole number"),
    (field(type="link"), FIELD + "/type", "whole number"),
    (field(type=1.5), FIELD + "/type", "whole number"),
    (field(attrs=[]), FIELD + "/attrs", "empty"),
    (field(attrs="text"), FIELD + "/attrs", "list"),
    (field(attrs=["text", ""]), FIELD + "/attrs/1", "empty"),
    (field(attrs=["two words"]), FIELD + "/attrs/0", "can't be an attribute"),
    (field(attrs=[1]), FIELD + "/attrs/0", "string"),
    (field(attrs=["text", "text"]), FIELD + "/attrs", "`Title_text` is made twice"),
    (field(filters="trim"), FIELD + "/filters", "list"),
    (field(filters=["trim"]), FIELD + "/filters/0", "JSON object"),
    (field(filters=[{}]), FIELD + "/filters/0/name", "required"),
    (field(filters=[{"name": "trimm"}]), FIELD + "/filters/0/name", "Did you mean `trim`?"),
    (field(filters=[{"name": "x"}]), FIELD + "/filters/0/name", "`regex`"),
    (field(filters=[{"name": "regex"}]), FIELD + "/filters/0/param", "expression"),
    (field(filters=[{"name": "regex", "param": ""}]), FIELD + "/filters/0/param", "expression"),
    (field(filters=[{"name": "trim", "param": "x"}]), FIELD + "/filters/0/param", "no parameter"),
    (field(filters=[{"name": "trim", "params": "x"}]), FIELD + "/filters/0/params", "`param`?"),
    (fields({"name": "a"}, {"name": "a"}), "/fields/1/name", "Another field"),
    (
        fields({"name": "a", "attrs": ["b_c"]}, {"name": "a_b", "attrs": ["c"]}),
        "/fields/1/attrs",
        "`a_b_c` is made twice",
    ),
    (field(attrs=["details"], details={"fields": [{"name": "x", "selector": "y"}]}),
     FIELD + "/attrs", "`Title_details`"),
    (field(details={}), FIELD + "/details/fields", "what to extract"),
    (field(details=[]), FIELD + "/details", "JSON object"),
    (details(pagnator={}), FIELD + "/details/pagnator", "did you mean `paginator`?"),
    (details(format="doc"), FIELD + "/details/format", "`xlsx`"),
    (details(path=True), FIELD + "/details/path", "only navigates"),
    (details(request={"formData": {}}), FIELD + "/details/request/formData", "reached by links"),
    (details(request={"method": "POST"}), FIELD + "/details/request/method", "`get`"),
    (details(request={"waitDelay": 1}), FIELD + "/details/request/waitDelay", "needs a browser"),
    (details(paginator={"type": "scroll"}), FIELD + "/details/paginator/type", "needs a browser"),
    (payload(path=True), "/path", "only navigates"),
    (payload(path="true"), "/path", "true or false"),
    (payload(path=1), "/path", "true or false"),
    (without("format"), "/format", "Say which file"),
    (payload(format="pdf"), "/format", "`json lines`"),
    (payload(format=None), "/format", "null"),
    (payload(commonParent=[]), "/commonParent", "string"),
    (payload(paginator={}), "/paginator/nextPageSelector", "link to the next page"),
    (payload(paginator={"nextPageSelector": ""}), "/paginator/nextPageSelector", "empty"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 0}), "/paginator/pageNum", "range"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": -1}), "/paginator/pageNum", "range"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": True}), "/paginator/pageNum", "whole"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 1.5}), "/paginator/pageNum", "whole"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 1e300}), "/paginator/pageNum", "range"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": "x"}), "/paginator/pageNum", "whole"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 2**31}), "/paginator/pageNum", "range"),
    (payload(paginator={"selector": "a"}), "/paginator/selector", "`nextPageSelector`?"),
    (payload(type="chrome", paginator={"type": "click"}), "/paginator/selector", "element"),
    (payload(type="chrome", paginator={"type": "scroll", "selector": "a"}), "/paginator/selector",
     "remove it"),
    (payload(paginator={"type": "scroll"}), "/paginator/type", "needs a browser"),
    (payload(paginator={"type": "clik"}), "/paginator/type", "Did you mean `click`?"),
    (payload(paginator=None), "/paginator", "null"),
    (payload(paginatr={}), "/paginatr", "did you mean `paginator`?"),
    (payload(zzz=1), "/zzz", "Known are"),
    (payload(**{"a/b~": 1}), "/a~1b~0", "not known"),
    (payload(**{"x" * 300: 1}), "", "not known"),
    (payload(_schema=1), "", "`_schema` is not known"),
    (request(actions=[{"clickSelector": "a"}]), "/request/actions", "need a browser"),
    (request(waitDelay=1), "/request/waitDelay", "needs a browser"),
    (payload(waitDelay=1), "/waitDelay", "needs a browser"),
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
    (serp(engine="gogle"), "/engine", "Did you mean `google`?"),
    (serp(engine=None), "/engine", "null"),
    (serp(q=""), "/q", "Say what to search"),
    (serp(q="x" * 2001), "/q", "too long"),
    (serp(country="usa"), "/country", "two letters"),
    (serp(language="english language"), "/language", "`en`"),
    (serp(pageNum=0), "/pageNum", "range"),
    (serp(include=["ad"]), "/include/0", "Did you mean `ads`?"),
    (serp(include="ads"), "/include", "list"),
    (serp(fields=[]), "/fields", "not known"),
    (serp(url=URL), "/url", "not known"),
    (serp(request={"url": URL}), "/request/url", "engine's own URL"),
    (serp(request={"formData": {}}), "/request/formData", "no form data"),
    (serp(waitDelay=1), "/waitDelay", "needs a browser"),
    (serp(request={"waitDelay": 1}), "/request/waitDelay", "needs a browser"),
    (serp(name=""), "/name", "Give the collection a name"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "pointer", "word"), CASES, ids=range(len(CASES)))
def test_a_fault_is_named_at_its_place(sent: object, pointer: str, word: str) -> None:
    """One thing is wrong, and one fault says where and what, as a sentence."""
    found = faults(sent)

    assert [(place, word in detail) for place, detail in found] == [(pointer, True)]
    assert found[0][1].endswith((".", "?"))


def test_all_faults_come_at_once_below_the_given_place() -> None:
    """One answer is enough to mend the whole payload, at any depth of it."""
    sent = {
        "paginatr": {},
        "request": {"url": "http://a@b/", "proxy": "country-xx", "actions": [{}]},
        "fields": [
            {"nam": 1},
            {
                "name": "a", "selector": "b",
                "details": {"fields": [{"name": "c"}], "paginator": {"type": "click"}},
            },
            {"name": "a", "selector": "b"},
        ],
        "path": 1,
    }  # fmt: skip

    found = faults(sent, countries=frozenset({"us"}), pointer="/payload")

    assert {pointer for pointer, _ in found} == {
        "/payload/name",
        "/payload/format",
        "/payload/paginatr",
        "/payload/path",
        "/payload/request/url",
        "/payload/request/proxy",
        "/payload/request/actions",
        "/payload/request/actions/0",
        "/payload/fields/0/nam",
        "/payload/fields/0/name",
        "/payload/fields/0/selector",
        "/payload/fields/1/details/fields/0/selector",
        "/payload/fields/1/details/paginator/selector",
        "/payload/fields/1/details/paginator/type",
        "/payload/fields/2/name",
    }


def test_a_proxy_in_a_country_without_one_is_refused_with_those_that_have() -> None:
    """Only where the countries are said; any country is always possible."""
    sent = request(proxy="country-de")

    assert load_plan(sent).collections[0].request.proxy == "country-de"
    [(pointer, detail)] = faults(sent, countries=frozenset({"us", "sk"}))
    assert pointer == "/request/proxy"
    assert "`de`" in detail
    assert "`country-sk`, `country-us`" in detail
    assert "there is none" in faults(sent, countries=frozenset())[0][1]
    assert load_plan(request(proxy="Country-SK"), countries=frozenset({"sk"}))
    assert load_plan(request(proxy="country-any"), countries=frozenset())


def test_a_parents_browser_serves_its_details() -> None:
    """What needs a browser looks at the request that is inherited."""
    sent = details(paginator={"type": "scroll"}, waitDelay=1)
    sent["request"]["type"] = "chrome"

    assert load_plan(sent).collections[1].paginator.kind == "scroll"


@pytest.mark.parametrize("wait", [0, "0", ""])
def test_no_wait_needs_no_browser(wait: object) -> None:
    """A template that always says `waitDelay` works for base pages too, if it says none."""
    if wait == "":
        assert faults(request(waitDelay=wait)) == [
            ("/request/waitDelay", "This must be a number of seconds, 0 to 60.")
        ]
    else:
        assert load_plan(request(waitDelay=wait))


def deep(levels: int) -> dict[str, Any]:
    sent = payload()
    for _ in range(levels):
        sent = payload(fields=[{"name": "a", "selector": "a", "details": sent}])
    return sent


@pytest.mark.parametrize(
    "sent",
    [
        deep(5_000),
        payload(fields=[{"name": "a", "selector": "a", "filters": [{}] * 50}] * 900),
        payload(**{f"member{n}": 1 for n in range(100_000)}),
        payload(request={"url": URL, "headers": {f"{n} ": "" for n in range(100_000)}}),
        payload(fields=[{f"nam{n}": 1 for n in range(100)} for _ in range(1_000)]),
        payload(fields=[{"name": "a" * 200, "selector": 1}] * 1_000),
    ],
    ids=range(6),
)
def test_a_hostile_payload_is_refused_quickly_and_shortly(sent: object) -> None:
    """Neither depth nor numbers of faults cost more than a moment, and the answer stays small."""
    began = time.process_time()
    found = faults(sent)

    assert 0 < len(found) <= 100
    assert sum(len(detail) for _, detail in found) < 50_000
    assert time.process_time() - began < 3


NAMES = st.sampled_from(
    [
        "name", "request", "url", "type", "proxy", "waitDelay", "actions", "fields", "selector",
        "attrs", "filters", "param", "details", "paginator", "nextPageSelector", "pageNum", "path",
        "format", "commonParent", "headers", "cookies", "formData", "method", "delay", "retries",
        "timeout", "ignoreRobots", "engine", "q", "country", "language", "include", "input",
        "click", "scroll", "waitFor", "clickSelector", "paginate", "_schema", "",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    ["trim", "regex", "base", "chrome", "json", URL, "http://[", "a", "scroll", "google", "2", ""]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | WORDS | WORDS
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)


def outcome(sent: object) -> Plan | Invalid:
    try:
        return load_plan(sent, countries=frozenset({"us"}), task_name="t")
    except Invalid as error:
        return error


def planned_or_refused(sent: object) -> None:
    made = outcome(sent)
    faults = made.faults if isinstance(made, Invalid) else ()

    assert isinstance(made, Plan) or faults
    assert all(fault.detail for fault in faults)
    assert all(fault.pointer == "" or fault.pointer[0] == "/" for fault in faults)
    assert hash(made) is not None


@given(TREES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_planned_or_refused(sent: object) -> None:
    """Nothing but ``Invalid`` comes out, whatever goes in."""
    planned_or_refused(sent)


@given(
    sent=st.fixed_dictionaries(
        {"name": WORDS, "fields": st.lists(st.dictionaries(NAMES, TREES, max_size=8), max_size=3)},
        optional={
            "request": st.dictionaries(NAMES, TREES, max_size=8),
            "paginator": st.dictionaries(NAMES, LEAVES, max_size=4),
            "url": st.just(URL),
            "type": WORDS,
            "format": WORDS,
            "path": LEAVES,
            "engine": WORDS,
        },
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_that_is_nearly_a_payload_is_planned_or_refused(sent: object) -> None:
    """As above, nearer to the real thing."""
    planned_or_refused(sent)
