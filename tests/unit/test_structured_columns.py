from __future__ import annotations

import pytest

from tests.builders.structured import PAGE_URL, records_of, refusals, values_of
from workers.extraction.source import Visit

HEAD = """<html lang=sk><title> Oak
 shelves </title><base href=/b/><link rel='next canonical' href=c>
<meta property=og:image content=/i.png><meta property='og:image og:logo' content=j.png>
<meta name=Description content=''><meta http-equiv=content-type content=text/html><p>x</p>"""
VISIT = Visit(url="http://shop.test/l", start="http://s.test/", number=3, status=203, fetched_at=9)


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ("meta:og:image", ["/i.png", "j.png"]),
        ("meta:OG:Logo", "j.png"),
        ("meta:description", ""),
        ("meta:content-type", "text/html"),
        ("page:url", "http://shop.test/l"),
        ("page:finalUrl", PAGE_URL),
        ("page:start", "http://s.test/"),
        ("page:number", "3"),
        ("page:position", "1"),
        ("page:status", "203"),
        ("page:fetchedAt", "1970-01-01T00:00:09Z"),
        ("page:title", "Oak shelves"),
        ("page:canonical", "http://shop.test/b/c"),
        ("page:language", "sk"),
        ("const:shop-a: 1", "shop-a: 1"),
    ],
)
def test_a_column_of_the_page_is_in_every_record(selector: str, value: object) -> None:
    """Beside a field of its own, each record of the page has it."""
    records = records_of(HEAD, selector, "p", visit=VISIT)

    assert records == [{"F0_text": value, "F1_text": "x"}]


@pytest.mark.parametrize("selector", ["page:start", "page:number", "page:status", "page:fetchedAt"])
def test_what_only_a_crawl_knows_is_absent_without_one(selector: str) -> None:
    """A page that was given as text was never fetched."""
    assert records_of(HEAD, selector, "p") == [{"F1_text": "x"}]


def test_a_record_of_constants_and_page_columns_alone_is_dropped() -> None:
    """What says nothing that is the record's own is none; its links go with it."""
    link = {"selector": "page:canonical", "details": {"fields": [{"name": "T", "selector": "h1"}]}}
    html = HEAD + "<div class=c><i>1</i></div><div class=c></div><div class=c><i>2</i></div>"

    records = records_of(html, "const:a", link, "page:position", "i", parent=".c")

    assert [(record["F2_text"], record["F3_text"]) for record in records] == [
        ("1", "1"),
        ("2", "2"),
    ]
    assert values_of(html, "const:a") == []
    assert values_of(html, "page:title") == []
    assert values_of(html, "meta:description") == [""]


def test_pseudo_classes_of_meta_elements_are_still_css() -> None:
    """``meta:not([name])`` asks for elements."""
    field = {"selector": "meta:not([name])", "attrs": ["content"]}

    assert records_of(HEAD, field, parent="head") == [
        {"F0_content": ["/i.png", "j.png", "text/html"]}
    ]


@pytest.mark.parametrize(
    ("selector", "cure"),
    [
        ("jsonld:", "jsonld:Product.offers.price"),
        ("jsonld:Product..name", "jsonld:Product.offers.price"),
        ("jsonld:http://schema.org/Product.name", "by its own name"),
        ("jsonld:A" + ".b" * 40, "is no type with a path"),
        ("microdata:Product name", "microdata:Product.offers.price"),
        ("meta: ", "meta:og:title"),
        ("page:size", "`page:finalUrl`"),
        ("const:", "const:shop-a"),
    ],
)
def test_a_query_that_could_give_nothing_is_refused(selector: str, cure: str) -> None:
    """The fault stands at the selector and says what to write."""
    assert cure in refusals(selector)["/fields/0/selector"]


def test_what_a_text_has_not_got_is_refused() -> None:
    """Of a text there is the text, and the address that it is."""
    field = {"selector": "meta:og:image", "attrs": ["src", "outerHtml", "title"]}

    assert list(refusals(field)) == ["/fields/0/attrs/1", "/fields/0/attrs/2"]
    assert refusals({"selector": "meta:og:image", "type": 0}) == {}


@pytest.mark.parametrize("parent", ["meta:og:title", "page:url", "const:a", "jsonld:Product.name"])
def test_blocks_are_elements_or_whole_items(parent: str) -> None:
    """Other queries can't say where a record begins."""
    assert "Blocks are" in refusals("b", parent=parent)["/commonParent"]


def test_elements_are_not_looked_for_in_items_of_json() -> None:
    """An item of JSON-LD has no element; one of microdata has."""
    assert list(refusals("b", "jsonld:A.b", ".", parent="jsonld:A")) == [
        "/fields/0/selector",
        "/fields/2/selector",
    ]
    assert refusals("b", parent="microdata:A") == {}
