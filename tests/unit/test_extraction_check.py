from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.payload import load_plan
from schemas.plan import Action, Collection, Field, Filter, Paginator, Plan, Request
from workers.extraction.check import check
from workers.extraction.complexity import cost_of
from workers.extraction.filters import FILTERS


def _plan(selector: str) -> Plan:
    fields = (Field(name="F", selector=selector),)
    top = Collection(index=0, name="c", request=Request(), fields=fields)
    return Plan(name="p", format="json", collections=(top,))


def test_every_fault_is_named_at_its_place() -> None:
    """All faults at once, in the payload's order, with pointers into the payload as it was sent."""
    payload = {
        "name": "p",
        "request": {
            "url": "http://h.test/",
            "type": "chrome",
            "actions": [{"clickSelector": "a["}, {"waitFor": {"waitForSelector": ">"}}],
        },
        "commonParent": ".1st",
        "format": "json",
        "paginator": {"nextPageSelector": "a::after", "pageNum": 2},
        "fields": [
            {"name": "A", "selector": "p:first", "filters": [{"name": "regex", "param": "("}]},
            {
                "name": "B",
                "selector": "xpath://a[",
                "details": {
                    "commonParent": "b,",
                    "actions": [{"input": {"inputSelector": "]", "inputText": "x"}}],
                    "fields": [
                        {
                            "name": "C",
                            "selector": ".",
                            "filters": [{"name": "trim"}, {"name": "regex", "param": "(?=a)"}],
                        }
                    ],
                },
            },
        ],
    }
    plan = load_plan(payload)

    assert [fault.pointer for fault in check(plan, payload, pointer="/payload")] == [
        "/payload/request/actions/0/clickSelector",
        "/payload/request/actions/1/waitFor/waitForSelector",
        "/payload/commonParent",
        "/payload/fields/0/selector",
        "/payload/fields/0/filters/0/param",
        "/payload/fields/1/selector",
        "/payload/fields/1/details/actions/0/input/inputSelector",
        "/payload/fields/1/details/commonParent",
        "/payload/fields/1/details/fields/0/filters/1/param",
        "/payload/paginator/nextPageSelector",
    ]


def test_inherited_actions_are_faulted_once() -> None:
    """Details inherit their parent's actions; the fault is where they were written."""
    payload = {
        "name": "p",
        "type": "chrome",
        "url": "http://h.test/",
        "actions": [{"clickSelector": "("}],
        "format": "json",
        "fields": [
            {"name": "A", "selector": "a", "details": {"fields": [{"name": "B", "selector": "b"}]}}
        ],
    }

    assert [fault.pointer for fault in check(load_plan(payload), payload)] == [
        "/actions/0/clickSelector"
    ]


def test_a_browser_runs_selectors_that_this_engine_can_not() -> None:
    """A pseudo-class only a browser knows is no fault of an action or of a click paginator."""
    request = Request(fetcher="chrome", actions=(Action(kind="click", selector="a:focus-visible"),))
    top = Collection(
        index=0, name="c", request=request, fields=(Field(name="F", selector="a:focus-visible"),),
        paginator=Paginator(kind="click", selector="b:defined"),
    )  # fmt: skip

    faults = check(Plan(name="p", format="json", collections=(top,)))

    assert [fault.pointer for fault in faults] == ["/fields/0/selector"]


@pytest.mark.parametrize(
    ("selector", "cause"),
    [
        ("", "empty"),
        ("a[", "square bracket is never closed"),
        ("a[href", None),
        ("a:not(.b", None),
        ("p:not(", r"'\(' is never closed"),
        ("p)", "never opened"),
        ('a[b="c]', None),
        ("> a", "can't begin with '>'"),
        ("a >", "nothing after '>'"),
        ("a, ,b", "comma"),
        ("a > + b", "Two combinators"),
        ("p::first-line", "pseudo-element"),
        ("p:contains(x)", "lexbor-contains"),
        ("li:eq(2)", "nth-child"),
        (".md:flex", r"written '\\:flex'"),
        (".w-1/2", r"written '\\/'"),
        (".2col", r'\[class~="2col"\]'),
        ("a{}", "'{' can't stand there"),
        ("..", "no CSS selector"),
        ("a\0", "NUL"),
        (r".md\:flex > a.b#c[d|='e' i]:nth-child(2n + 1):not(.f):has(> g) ~ h + i", None),
        ("a:lexbor-contains('x')", None),
        ("xpath://a[@b='c']/text()", None),
        ("xpath:count(.//a)", None),
        ("xpath://a[", "ends too early"),
        ("xpath:nope()", r"no function `nope\(\)`"),
        ("xpath://a:b", "prefix of `a:b` is not bound"),
        ("xpath:$x", "no variables"),
        ("xpath:", "is empty"),
    ],
)
def test_a_selector_is_refused_with_its_cause(selector: str, cause: str | None) -> None:
    """The engine says yes or no; the sentence says what is wrong, or what to write instead."""
    faults = check(_plan(selector))

    assert [fault.pointer for fault in faults] == ([] if cause is None else ["/fields/0/selector"])
    if cause is not None:
        assert re.search(cause, faults[0].detail)


@pytest.mark.parametrize(
    ("selector", "allowed"),
    [
        ("a b c d e f g h i", True),
        ("a b c d e f g h i j", False),
        (", ".join(["a b c"] * 20), True),
        ("a, b c d e f g h i j k", False),
        ("a, " * 70 + "b", False),
        ("h2 ~ p ~ p", True),
        ("p ~ p ~ p ~ p", False),
        ("a:has( b , c )", True),
        ("a:has(b c)", True),
        ("a:has(b c d)", False),
        ("a:has(b:has(c:has(d)))", False),
        (" > ".join(["div"] * 100), True),
        ("body > div:nth-child(2) > ul > li:nth-child( 2n + 1 ) a", True),
        ('[title="a b c d e f g h i j k ~ l ~ m ~ n"]', True),
        (":not(" * 9 + "a" + ")" * 9, False),
        ("a" * 2001, False),
        ("xpath://a//b//c[.//d]", True),
        ("xpath:" + "//a" * 9, False),
        ("xpath://*[count(//*[count(//*)>1])>1]", False),
        ("xpath://*[//*[//*]]", False),
        ("xpath://h2[following-sibling::p][not(ancestor::nav)]", True),
        ("xpath://a[@b='//////////']", True),
        ("xpath:" + "(" * 9 + "a" + ")" * 9, False),
        ("xpath:" + "a" * 1001, False),
    ],
)
def test_what_has_no_bounded_time_is_refused(selector: str, *, allowed: bool) -> None:
    """Limits by shape, each measured on pages made for the worst."""
    faults = check(_plan(selector))

    assert (faults == []) == allowed
    assert all("longer than" in fault.detail or "at most" in fault.detail for fault in faults)


def test_a_bound_grows_with_what_makes_it_slow() -> None:
    """The estimate decides who may run outside of the cage."""
    plain, steep, wide = cost_of("a > b"), cost_of("a b c d"), cost_of("a ~ b ~ c")

    assert plain.seconds(50_000, 48) < 0.001
    assert steep.seconds(1_000, 48) < 1 < steep.seconds(1_000, 1_000)
    assert wide.seconds(100, 5) < 1 < wide.seconds(2_000, 5)
    assert (
        cost_of("p:nth-child(2)").seconds(1_000, 9)
        < 1
        < cost_of(":nth-child(2)").seconds(50_000, 9)
    )


CSS_PIECES = st.sampled_from([
    "a", ".b", "#c", "[d]", "[e='f']", " ", ">", "~", "+", ",", ":not(", ":has(", ":is(", ")",
    ":nth-child(", "2n+1", "::x", ":hover", "|", "*", "\\", "'", '"', "/*", "*/", "é", "1", "]",
    "[", "(",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(CSS_PIECES, max_size=12).map("".join) | st.text(max_size=20))
def test_any_text_is_a_selector_or_has_a_reason(selector: str) -> None:
    """No text crashes the engine, and a refusal is a sentence."""
    faults = check(_plan(selector))

    assert all(fault.detail.endswith(".") for fault in faults)
    assert cost_of(selector).seconds(1_000, 20) >= 0


@given(st.text(max_size=30), st.sampled_from(sorted(FILTERS)))
def test_any_param_compiles_or_is_a_fault_at_its_place(param: str, name: str) -> None:
    """A filter's fault points to its param."""
    field = Field(name="F", selector="a", filters=(Filter(name=name, param=param),))
    top = Collection(index=0, name="c", request=Request(), fields=(field,))

    for fault in check(Plan(name="p", format="json", collections=(top,))):
        assert fault.pointer == "/fields/0/filters/0/param"
