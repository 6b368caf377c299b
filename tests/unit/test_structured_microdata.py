from __future__ import annotations

import pytest

from tests.builders.structured import records_of, values_of
from workers.extraction.budget import Budget
from workers.extraction.source import Source
from workers.extraction.structured.microdata_items import Microdata
from workers.extraction.tree import Tree


def _item(inner: str, type_: str = "Product", more: str = "") -> str:
    return f'<div itemscope itemtype="https://schema.org/{type_}" {more}>{inner}</div>'


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("<b itemprop=x>a <i>b</i><script>c</script></b>", "a b"),
        ("<meta itemprop=x content=m>", "m"),
        ("<a itemprop=x href=p?q=1>text</a>", "http://shop.test/list/p?q=1"),
        ("<link itemprop=x href=https://schema.org/InStock>", "https://schema.org/InStock"),
        ("<img itemprop=x src=/i.png>", "http://shop.test/i.png"),
        ("<object itemprop=x data=o.pdf></object>", "http://shop.test/list/o.pdf"),
        ("<data itemprop=x value=42>forty-two</data>", "42"),
        ("<meter itemprop=x value=0.5>half</meter>", "0.5"),
        ("<time itemprop=x datetime=2026-12-01>today</time>", "2026-12-01"),
        ("<time itemprop=x>2026-12-02</time>", "2026-12-02"),
        ("<span itemprop=x content=12.50>£12.50</span>", "12.50"),
        ("<b itemprop='w x'>both</b>", "both"),
        ("<b itemprop=http://schema.org/x>named in full</b>", "named in full"),
        ("<b itemprop=x itemscope><i itemprop=name>Inner</i></b>", "Inner"),
    ],
)
def test_a_property_has_the_value_of_its_kind_of_element(element: str, value: str) -> None:
    """HTML standard, section 5.2.4; and ``content`` of others, as schema.org teaches."""
    assert values_of(_item(element), "microdata:Product.x") == [value]


def test_itemref_joins_what_stands_elsewhere_in_document_order() -> None:
    """HTML standard, section 5.2.5: what it names is crawled too, up to items in it."""
    html = (
        "<p id=before><b itemprop=x>1</b></p>"
        + _item("<b itemprop=x>2</b>", more='itemref="after before none after"')
        + "<p id=after itemprop=x>3<span itemprop=y itemscope><b itemprop=x>no</b></span></p>"
        + "<p id=after><b itemprop=x>second of its id</b></p>"
    )

    assert values_of(html, "microdata:Product.x") == [["1", "2", "3no"]]


def test_loops_of_itemref_end() -> None:
    """An item that is, by way of others, a value of itself is left out there."""
    html = (
        "<div id=a itemscope itemtype=A itemprop=b itemref=b><i itemprop=n>1</i></div>"
        "<div id=b itemscope itemtype=B itemprop=a itemref='a b'><i itemprop=n>2</i></div>"
    )

    assert values_of(html, "microdata:A.a.n") == ["2"]
    assert values_of(html, "microdata:A.a.b.n") == []


def test_a_web_of_itemrefs_stays_bounded() -> None:
    """Forty items that each name two others have 2**40 paths through them."""
    html = "".join(
        f"<div id=i{n} itemscope itemtype=T itemprop=p itemref='i{n + 1} j{n + 1}'></div>"
        f"<div id=j{n} itemscope itemtype=T itemprop=p itemref='i{n + 1} j{n + 1}'></div>"
        for n in range(40)
    )
    tree = Tree(Source(utf8=html.encode(), url="http://h.test/"), Budget(10))

    microdata = Microdata(tree)

    assert microdata.item(microdata.scopes[0])["@type"] == ["T"]


def test_a_block_says_what_its_own_items_say() -> None:
    """Inside a block the items of the block count, and else the item that it stands in."""
    cards = "".join(_item(f"<b itemprop=name>{name}</b>", more="class=card") for name in ("A", "B"))
    html = _item(f"<h1 itemprop=name>All</h1>{cards}<div class=card>empty</div>", "ItemPage")

    records = records_of(html, "microdata:Product.name", "microdata:ItemPage.name", parent=".card")

    assert records == [
        {"F0_text": "A", "F1_text": "All"},
        {"F0_text": "B", "F1_text": "All"},
        {"F1_text": "All"},
    ]


def test_each_item_in_common_parent_is_a_block() -> None:
    """Its element is a block like any other: CSS looks in it; values of others are no records."""
    related = _item("<b itemprop=name>C</b>", more="itemprop=isRelatedTo")
    html = _item(f"<b itemprop=name>A</b><u>1</u>{related}") + _item("<b itemprop=name>B</b>")

    records = records_of(html, "microdata:Product.name", "u", parent="microdata:Product")

    assert records == [{"F0_text": "A", "F1_text": "1"}, {"F0_text": "B"}]


@pytest.mark.parametrize(("prop", "values"), [("offers", ["5"]), ("isSimilarTo", [])])
def test_an_item_that_does_not_know_is_asked_for_its_parts(prop: str, values: list[str]) -> None:
    """An offer in an offer says the price; what it is only like does not."""
    inner = _item("<b itemprop=price>5</b>", "Offer", f"itemprop={prop}")

    assert values_of(_item(inner, "Offer"), "microdata:Offer.price") == values


def test_an_item_of_any_type_says_what_it_knows_before_those_in_it() -> None:
    """``*`` looks into items that don't know."""
    html = _item(
        "<b itemprop=name>A</b>" + _item("<b itemprop=price>2</b>", "Offer", "itemprop=offers")
    )

    assert values_of(html, "microdata:*.price") == ["2"]
    assert values_of(html, "microdata:*.name") == ["A"]
