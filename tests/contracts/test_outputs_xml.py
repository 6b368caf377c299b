"""The rules of XML files."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.plan import Collection, Field, Plan, Request
from workers.outputs.markup import element_names, escaped
from workers.outputs.xml import XmlOutput

TEXTS = st.text(alphabet='a<&>"é\x00\r\n ', max_size=4)
VALUES = st.one_of(TEXTS, st.none(), st.integers(-9, 9), st.lists(TEXTS, max_size=2))


def by_expat(body: bytes) -> Any:
    """Read a document as Python's own parser does."""
    return ET.fromstring(body)  # noqa: S314 - written by ourselves


def document(names: list[str], *rows: dict[str, Any]) -> Any:
    fields = tuple(Field(name=name, selector="a") for name in names)
    top = Collection(index=0, name="c", request=Request(), fields=fields)
    output = XmlOutput(Plan(name="p", format="xml", collections=(top,)))
    body = b"".join(output.encode(map(orjson.dumps, rows)))
    by_expat(body)
    return etree.fromstring(body)


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
        ("😀_text", "__text"),
        ("Preț_text", "Pre__text"),
        ("Цена_text", "Цена_text"),
        ("e\u0301", "e\u0301"),
        ("na\u200dme\u200b", "na_me_"),
        ("𠮷", "_"),
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


def test_every_character_of_a_name_is_one_for_the_parsers_of_both_editions() -> None:
    """Expat reads names by the lists of the fourth edition, libxml2 by the ranges of the fifth."""
    for code in [*range(0xD800), *range(0xE000, 0x10000), 0x10000, 0x1F600, 0x20BB7]:
        (name,) = element_names([f"a{chr(code)}"]).values()
        (first,) = element_names([chr(code)]).values()
        markup = f"<{name}><{first}/></{name}>".encode()

        assert by_expat(markup)[0].tag == first
        assert etree.fromstring(markup).tag == name


def test_names_that_are_made_alike_are_kept_apart() -> None:
    """In the file too, where a second reader finds each value under a name of its own."""
    names = ["Preț", "Preş", "Pre_", "Pre\u200d", "Pre\u200c"]
    fields = tuple(Field(name=name, selector="a") for name in names)
    top = Collection(index=0, name="c", request=Request(), fields=fields)
    row = orjson.dumps({f"{name}_text": name for name in names})
    body = b"".join(XmlOutput(Plan(name="p", format="xml", collections=(top,))).encode([row]))

    assert [(one.tag, one.text) for one in by_expat(body)[0]] == [
        ("Pre__text_2", "Preț"),
        ("Preş_text", "Preş"),
        ("Pre__text", "Pre_"),
        ("Pre__text_3", "Pre\u200d"),
        ("Pre__text_4", "Pre\u200c"),
    ]


@settings(deadline=None)
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
