from __future__ import annotations

import math
from typing import Any

import pytest

from schemas import filters as spellings
from schemas.plan import Filter
from workers.errors import ExtractTimeout
from workers.extraction.budget import Budget
from workers.extraction.filters import FILTERS, FilterFault, Values, capitalize, compile_filters


def _apply(values: list[str], *given: Filter, seconds: float = math.inf) -> Values:
    step = compile_filters(given)
    return values if step is None else step(values, Budget(seconds))


@pytest.mark.parametrize(
    ("name", "param", "before", "after"),
    [
        ("trim", None, ["\u2003 a b\u00a0\n"], ["a b"]),
        ("normal", None, [" a "], [" a "]),
        ("uppercase", None, ["straße"], ["STRASSE"]),
        ("lowercase", None, ["ÀB"], ["àb"]),
        ("Capitalize", None, ["a bC"], ["A BC"]),
        ("concatinate", None, ["a", "b"], ["a b"]),
        ("concatenate", "", ["a", "b"], ["ab"]),
        ("concatenate", "; ", ["a"], ["a"]),
        ("regex", r"[0-9]+\.[0-9]+", ["price: 10.99€"], ["10.99"]),
        ("regex", r"\w+", ["0 (944) 244-18-22"], ["09442441822"]),
        ("regex", "(a)(b)?", ["ab-a"], ["aba"]),
        ("regex", "x*", ["é"], [""]),
        ("regex", "é|.", ["aé😀"], ["aé😀"]),
        ("regex", "(?i)A", ["aA"], ["aA"]),
        ("collapse", None, ["\n a\t b\u00a0\u2003c\u202f"], ["a b c"]),
        ("collapse", None, [" \u3000\x85", "a", "b  c"], ["", "a", "b c"]),
        ("collapse", None, ["a\u200bb"], ["a\u200bb"]),
        ("number", None, ["£1,234.50", "free", "7 pieces"], [1234.5, 7]),
        ("number", None, ["free"], []),
        ("number", ".", ["1.234", "1,234"], [1.234, 1234]),
        ("number", ",", ["1.234", "1,234"], [1234, 1.234]),
    ],
)
def test_a_filter_changes_values(
    name: str, param: str | None, before: list[str], after: list[Any]
) -> None:
    """Names in any letter case; concatinate makes one value of all, the others keep the number."""
    assert _apply(before, Filter(name=name, param=param)) == after


def test_filters_run_in_order() -> None:
    """What one filter gives the next one takes."""
    first, second = Filter(name="uppercase"), Filter(name="regex", param="[a-z]")

    assert _apply(["aB"], first, second) == [""]
    assert _apply(["aB"], second, first) == ["A"]


def test_no_filter_follows_one_that_makes_numbers() -> None:
    """Which a stored plan can't hold; what changes nothing may."""
    number, trim = Filter(name="number"), Filter(name="trim")

    assert _apply([" 5 "], trim, number, Filter(name="normal")) == [5]
    with pytest.raises(FilterFault, match="No filter can follow"):
        compile_filters((number, trim))


@pytest.mark.parametrize("name", ["collapse", "number"])
def test_a_filter_ends_with_the_page_s_time(name: str) -> None:
    """However many values there are."""
    with pytest.raises(ExtractTimeout):
        _apply(["5"] * 100_000, Filter(name="regex", param="5"), Filter(name=name), seconds=0)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("hello wORLD", "Hello WORLD"),
        ("o'neil foo-bar 1st_x", "O'Neil Foo-Bar 1st_x"),
        ("ǆ straße ßa\u00a0b", "ǅ Straße ßa\u00a0B"),
        ("", ""),
    ],
)
def test_capitalize_touches_the_first_letter_of_each_word_only(text: str, title: str) -> None:
    """Words as the published engine divides them; a letter never becomes two."""
    assert capitalize(text) == title


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        (r"(?=a)", "look-ahead"),
        (r"(?<!a)b", "look-behind"),
        (r"(a)\1", "back-references"),
        (r"a++", "possessive"),
        (r"[a", "missing ]"),
        (r"a{2000}", "repetition size"),
        (r"(.{900}){1}(\pL{900})", "too large"),
        ("\ud800", "surrogate"),
        ("", "needs its expression"),
    ],
)
def test_an_expression_that_can_not_run_says_why(expression: str, cause: str) -> None:
    """Linear time has its price; the fault names what the expression asks for."""
    with pytest.raises(FilterFault, match=cause):
        compile_filters((Filter(name="regex", param=expression),))


def test_an_expression_ends_with_the_page_s_time() -> None:
    """One search is linear, but all of them together can be quadratic."""
    greedy = Filter(name="regex", param="a.*z|a")

    with pytest.raises(ExtractTimeout):
        _apply(["a" * 300_000], greedy, seconds=0.05)


def test_every_spelling_of_the_schema_is_a_filter_here() -> None:
    """Two lists of the same truth must agree."""
    assert set(spellings.NAMES) == set(FILTERS)
    with pytest.raises(FilterFault, match="no filter 'rot13'"):
        compile_filters((Filter(name="rot13"),))
