"""The rules of XML files."""

import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas.plan import Collection, Field, Plan, Request
from workers.outputs.markup import element_names, escaped
from workers.outputs.xml import XmlOutput

TEXTS = st.text(alphabet='a<&>"é\x00\r\n ', max_size=4)
VALUES = st.one_of(TEXTS, st.none(), st.integers(-9, 9), st.lists(TEXTS, max_size=2))


def document(names: list[str], *rows: dict[str, Any]) -> Any:
    fields = tuple(Field(name=name, selector="a") for name in names)
    top = Collection(index=0, name="c", request=Request(), fields=fields)
    output = XmlOutput(Plan(name="p", format="xml", collections=(top,)))
    return etree.fromstring(b"".join(output.encode(map(orjson.dumps, rows))))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("Title_text", "Title_text"),
        ("Größe_text", "Größe_text"),
        ("日本_text", "日本_text"),
        ("price (%)_text", "price_____text"),
        ("1st_text", "_1st_text"),
        ("-x", "_-x"),
        ("a:b", "a_b"),
        ("xmlData_text", "_xmlData_text"),
        ("XML", "_XML"),
        ("", "_"),
        ("😀_text", "😀_text"),
        ("·", "_·"),
    ],
)
def test_names_are_made_valid(key: str, name: str) -> None:
    """XML 1.0, section 2.3; a colon would be a namespace."""
    assert element_names([key]) == {key: name}


def test_names_stay_unique() -> None:
    """A key that is a valid name keeps it, whoever comes first."""
    assert element_names(["a b", "a_b", "a:b", "a_b_2"]) == {
        "a b": "a_b_3", "a_b": "a_b", "a:b": "a_b_4", "a_b_2": "a_b_2",
    }  # fmt: skip


@given(st.lists(st.text(min_size=1), unique=True))
def test_any_names_make_a_document_that_parses(names: list[str]) -> None:
    """Field names are the user's."""
    names = [name.encode("utf-8", "replace").decode() for name in names]
    root = document(names, {f"{name}_text": str(n) for n, name in enumerate(dict.fromkeys(names))})

    assert [element.text for element in root[0]] == [str(n) for n in range(len(set(names)))]


@given(st.text())
def test_any_text_comes_back_less_what_xml_cannot_hold(text: str) -> None:
    """Characters outside the production Char are removed, nothing else is touched."""
    legal = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)

    assert (etree.fromstring(f"<a>{escaped(text)}</a>").text or "") == legal


def test_characters_that_xml_cannot_hold_are_removed() -> None:
    """They have no escape either."""
    (value,) = document(["A"], {"A_text": "a\x00b\x0bc\ufffed"})[0]

    assert value.text == "abcd"


def test_lists_are_repeated_elements() -> None:
    """Also with an empty text among them."""
    record = document(["A"], {"A_text": ["1", "", "3"]})[0]

    assert [(value.tag, value.text) for value in record] == [
        ("A_text", "1"), ("A_text", None), ("A_text", "3"),
    ]  # fmt: skip


@given(st.lists(st.lists(VALUES, min_size=2, max_size=2), max_size=4))
def test_an_element_is_the_same_whatever_way_it_is_made(rows: list[list[Any]]) -> None:
    """A record with one plain text in each column may fill an element that was used before."""
    usual = [{"A_text": a, "B_text": b} for a, b in rows]
    other = [{"B_text": b, "A_text": a} for a, b in rows]
    names = ["A", "B"]

    assert etree.tostring(document(names, *usual)) == etree.tostring(document(names, *other))
