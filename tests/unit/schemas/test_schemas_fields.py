from typing import Any

import pytest

from schemas.plan import Filter, Paginator
from tests.unit.schemas.samples import loaded_field, top


@pytest.mark.parametrize(
    ("sent", "kind", "attrs"),
    [
        ({}, 1, ("text",)),
        ({"type": 0}, 0, ("src", "alt")),
        ({"type": 1}, 1, ("text",)),
        ({"type": 2}, 2, ("href", "text")),
        ({"type": "2"}, 2, ("href", "text")),
        ({"type": 2.0}, 2, ("href", "text")),
        ({"type": 2, "attrs": ["text"]}, 2, ("text",)),
        ({"attrs": ["TEXT", "data-Id", "outerHtml", "path"]}, 1, None),
    ],
)
def test_attrs_follow_the_type_and_keep_their_spelling(
    sent: dict[str, Any], kind: int, attrs: tuple[str, ...] | None
) -> None:
    """Left out, they are those of the type; given, result keys spell them as given."""
    made = loaded_field(**sent)

    assert made.kind == kind
    assert made.attrs == (attrs or tuple(sent["attrs"]))


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"name": "Trim"}, Filter(name="trim")),
        ({"name": "NORMAL"}, Filter(name="normal")),
        ({"name": "upperCase", "param": ""}, Filter(name="uppercase")),
        ({"name": "lowercase"}, Filter(name="lowercase")),
        ({"name": "capitalize"}, Filter(name="capitalize")),
        ({"name": "concatinate"}, Filter(name="concatinate")),
        ({"name": "Concatenate", "param": ", "}, Filter(name="concatinate", param=", ")),
        ({"name": "concatenate", "param": ""}, Filter(name="concatinate", param="")),
        ({"name": "regex", "param": "(?=x)"}, Filter(name="regex", param="(?=x)")),
    ],
)
def test_filters_have_one_name_in_a_plan(sent: dict[str, Any], made: Filter) -> None:
    """Any letter case and both spellings; whether an expression compiles is seen elsewhere."""
    assert loaded_field(filters=[sent]).filters == (made,)


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"nextPageSelector": ".next"}, Paginator(selector=".next")),
        ({"nextPageSelector": ".next", "pageNum": "7"}, Paginator(selector=".next", page_num=7)),
        ({"type": "next", "nextPageSelector": "a"}, Paginator(selector="a")),
        ({"type": "scroll", "pageNum": 3}, Paginator(kind="scroll", page_num=3)),
        ({"type": "Click", "selector": ".more"}, Paginator(kind="click", selector=".more")),
    ],
)
def test_a_collection_goes_on_in_three_ways(sent: dict[str, Any], made: Paginator) -> None:
    """Next links, infinite scroll, and a click for more."""
    assert top(type="chrome", paginator=sent).paginator == made


def test_without_a_paginator_one_page_is_read() -> None:
    """The default number of pages is 1."""
    assert top().paginator == Paginator(page_num=1)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_common_parent_is_none(blank: str) -> None:
    """The block is then found from the fields."""
    assert top(commonParent=blank).common_parent is None
