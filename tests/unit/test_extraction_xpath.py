"""XPath expressions that can't run are refused before any page is seen."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.payload import load_plan
from workers.extraction.budget import Budget
from workers.extraction.check import check
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.xpath import Copy, XPathFault, compile_xpath
from workers.extraction.xpath_functions import FUNCTIONS, unknown_function
from workers.extraction.xpath_grammar import read_xpath

PAGE = b"""<!doctype html><!-- top --><html lang=en><body><div id=a class="x y"><p>one 1</p>
<p lang=sk>two<b>3</b></p><a href=/x>l</a><!-- c --><svg xlink:href=#u><path d=M0 /></svg></div>"""


def _copy() -> Copy:
    return Copy(Tree(Source(utf8=PAGE, url="http://h.test/"), Budget(math.inf)))


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        ("//p[contains(lower-case(.), 'o')]", r"no function `lower-case\(\)`.*translate\("),
        ("//p[false() and upper-case(.)]", "translate"),
        ("//p[true() or tokenize(., ',')]", "substring-before"),
        ("//none[ends-with(., 'a')]", "string-length"),
        ("//p[matches(., '[0-9]')]", "filter `regex`"),
        ("//p[re:test(., '[0-9]')]", "filter `regex`"),
        ("//p[fn:contains(., 'a')]", r"write `contains\(\)`"),
        ("//p[has-class('x')]", "normalize-space"),
        ("string-join(//p, ',')", "filter `concatenate`"),
        ("//p[normalise-space()]", r"Did you mean `normalize-space\(\)`"),
        ("//p[contain(., 'a')]", r"Did you mean `contains\(\)`"),
        ("if (//p) then 1 else 2", r"no function `if\(\)`"),
        ("//p[. = $v]", "no variables.*`\\$v`"),
        ("$v", "no variables"),
        ("//p[contains(.)]", "takes 2 arguments, and 1 is"),
        ("concat('a')", "2 arguments or more"),
        ("//p[not()]", "takes 1 argument, and none are"),
        ("//p[substring(., 1, 2, 3)]", "2 or 3 arguments, and 4 are"),
        ("//p[name(., .)]", "no or 1 argument, and 2 are"),
        ("//p[last(1)]", "takes no arguments, and 1 is"),
        ("count('a')", r"`count\(\)` takes nodes, and a string is none"),
        ("//p[sum(1) = 1]", r"`sum\(\)` takes nodes"),
        ("//p[name('p')]", r"`name\(\)` takes nodes"),
        ("//p | 'a'", "unites nodes"),
        ("string(.)/p", "goes on from nodes"),
        ("(1 + 1)[1]", "chooses among nodes, and a number"),
        ("position()", "in none|stands in"),
        ("last() - 1", "stands in"),
        ("//p/string()", r"write `string\(path\)`"),
        ("//p/(a | b)", "write both paths"),
        (".[@id]", r"self::node\(\)"),
        ("//p[@a == 1]", "equality is one `=`"),
        ("//p[@a eq 1]", "write `=`"),
        ("//p[@a AND @b]", "write `and`"),
        ("'a' || 'b'", "concat"),
        ("//svg:path", r"prefix of `svg:path`.*`\*\[name\(\) = \"svg:path\"\]`"),
        ("//p[@xlink:href]", r"`@\*\[name\(\) = \"xlink:href\"\]`"),
        ("//o:*", r"starts-with\(name\(\), \"o:\"\)"),
        ("ancestors::p", "no axis 'ancestors'"),
        ("//p[text('a')]", "takes no argument"),
        ("//p[.='a]", "quotation mark"),
        ("//p{1}", "no meaning"),
        ("//p]", "can't stand"),
        ("//p[1", "lacks ']'"),
        ("//", "ends too early"),
        (" ", "empty"),
    ],
)  # fmt: skip
def test_an_expression_that_can_not_run_is_refused_with_its_cure(
    expression: str, cause: str
) -> None:
    """Whether a page would ever come to the part at fault doesn't matter."""
    with pytest.raises(XPathFault, match=cause):
        read_xpath(expression)


@pytest.mark.parametrize(
    ("expression", "gives"),
    [
        ("//p[contains('matches(x) $v re:test', 'match')]", "elements"),
        ("/html/body//*[position() mod 2 = 0][last()]", "elements"),
        ("id('a')/p", "elements"),
        ("(.//p | .//b)[1]", "elements"),
        ("div div div", "number"),
        ("* * *", "number"),
        ("- - //p", "number"),
        (f"{'-' * 900}1", "number"),
        (" or ".join(["1"] * 200), "boolean"),
        ("|".join(["p"] * 400), "elements"),
        (".5 + 5.", "number"),
        ("//p/@lang | //p/text()", "texts"),
        ("//p | //p/text()", "elements"),
        ("//comment()", "texts"),
        ("processing-instruction('a')", "texts"),
        ("attribute::*", "texts"),
        ("p/namespace::xml", "texts"),
        ("@xml:lang", "texts"),
        ("child :: p [ 1 ]", "elements"),
        ("concat('a', 'b', 'c', 'd')", "string"),
        ("//p = 'a' or not(//b)", "boolean"),
        ("//cena-bez-dph[. > 1]", "elements"),
        ("//*[local-name() = 'názov']", "elements"),
    ],
)
def test_what_version_1_has_is_taken_and_runs(expression: str, gives: str) -> None:
    """Names that look like functions, operators that look like names; and what comes of each."""
    assert read_xpath(expression) == gives

    _copy().evaluate(compile_xpath(expression), None)


def test_every_cure_can_be_run_itself() -> None:
    """A sentence that names an expression names one that works."""
    names = ["abs", "avg", "empty", "ends-with", "exists", "has-class", "if", "lower-case", "max",
             "min", "matches", "replace", "tokenize", "upper-case"]  # fmt: skip
    for name in names:
        cures = re.findall("`([^`]+)`", unknown_function(name))[1:]
        assert cures
        for cure in cures:
            if not cure.startswith(".name"):  # that one is CSS
                read_xpath(cure)
                _copy().evaluate(compile_xpath(cure), None)


PLACES: list[tuple[str, dict[str, Any]]] = [
    ("/commonParent", {"commonParent": "xpath://p[lower-case(.)]"}),
    ("/paginator/nextPageSelector", {"paginator": {"nextPageSelector": "xpath:$next"}}),
    (
        "/paginator/selector",
        {"type": "chrome", "paginator": {"type": "click", "selector": "xpath://a[matches(., 1)]"}},
    ),
    (
        "/request/actions/0/clickSelector",
        {"request": {"url": "http://h.test/", "type": "chrome",
                     "actions": [{"clickSelector": "xpath://o:p"}]}},
    ),
    (
        "/fields/0/details/fields/0/details/fields/0/selector",
        {"fields": [{"name": "A", "selector": "a", "details": {"fields": [
            {"name": "B", "selector": "a", "details": {"fields": [
                {"name": "C", "selector": "xpath://p[false() and ends-with(., 'a')]"}]}}]}}]},
    ),
    (
        "/fields/0/details/paginator/nextPageSelector",
        {"fields": [{"name": "A", "selector": "a", "details": {
            "paginator": {"nextPageSelector": "xpath://a[contains(.)]", "pageNum": 2},
            "fields": [{"name": "B", "selector": "b"}]}}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("pointer", "members"), PLACES, ids=[place for place, _ in PLACES])
def test_an_expression_is_read_wherever_one_may_stand(
    pointer: str, members: dict[str, Any]
) -> None:
    """At the top and in details, in paginators and actions, with a pointer to the place."""
    payload = {
        "name": "p", "format": "json", "request": {"url": "http://h.test/"},
        "fields": [{"name": "F", "selector": "p"}],
    } | members  # fmt: skip

    assert [fault.pointer for fault in check(load_plan(payload), payload)] == [pointer]


@pytest.mark.parametrize("expression", ["//p/@id", "//p/text()", "string(//p)", "count(//p)"])
def test_a_block_is_an_element(expression: str) -> None:
    """An expression that never gives one would silently give no record."""
    payload = {
        "name": "p", "format": "json", "url": "http://h.test/",
        "commonParent": f"xpath:{expression}", "fields": [{"name": "F", "selector": "p"}],
    }  # fmt: skip

    (fault,) = check(load_plan(payload), payload)

    assert fault.pointer == "/commonParent"
    assert "Elements are needed here" in fault.detail


def test_comments_around_the_document_keep_their_order() -> None:
    """They are nodes of the document, before and behind its element."""
    page = b"<!--1--><!--2--><html><p>x<!--3--></p></html><!--4--><!--5-->"
    copy = Copy(Tree(Source(utf8=page, url="http://h.test/"), Budget(math.inf)))

    assert copy.evaluate(compile_xpath("//comment()"), None) == ["1", "2", "3", "4", "5"]


_PATHS = st.sampled_from(
    [".", "..", "p", "*", "//p", "/html/body", "@id", "text()", "comment()", "node()", "p[1]/b",
     "ancestor::*", "following-sibling::p[last()]", "namespace::*", "id('a')"]
)  # fmt: skip
_ATOMS = st.one_of(
    _PATHS, st.sampled_from(["1", "'a'", '"b"', "true()", "string()", "position()", "$v", "o:p"])
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=4).map(", ".join)
    names = st.sampled_from([*FUNCTIONS, "lower-case", "text", "div"])
    operators = st.sampled_from(
        ["+", "-", "*", "div", "mod", "=", "!=", "<", "and", "or", "|", "/"]
    )
    return st.one_of(
        st.builds("{}({})".format, names, arguments),
        st.builds("{} {} {}".format, inner, operators, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("{}[{}]".format, _PATHS, inner),
        st.builds("-{}".format, inner),
        st.builds("{}/{}".format, inner, _PATHS),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(_ATOMS, _grown, max_leaves=6))
def test_what_is_taken_never_fails_on_a_page(expression: str) -> None:
    """Any expression is either refused, or compiles and runs from every element of a page."""
    try:
        read_xpath(expression)
    except XPathFault:
        return
    compiled = compile_xpath(expression)
    copy = _copy()
    for node in [
        None,
        *Tree(Source(utf8=PAGE, url="http://h.test/"), Budget(math.inf)).select("p"),
    ]:
        copy.evaluate(compiled, node)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="p/.@*[]()'\"=|$:1 -adivor,<!", max_size=20))
def test_any_text_is_taken_or_refused(expression: str) -> None:
    """Never another exception; and what the grammar takes, the engine compiles."""
    try:
        read_xpath(expression)
    except XPathFault:
        return
    compile_xpath(expression)
