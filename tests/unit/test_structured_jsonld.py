from __future__ import annotations

import pytest

from tests.builders.structured import records_of, script, values_of

PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Oak shelf",
    "brand": {"@type": "Brand", "name": "Acme"},
    "image": [{"@type": "ImageObject", "name": "Front", "url": "/a.png"}, "/b.png"],
    "offers": [{"@type": "Offer", "price": 12.5}, {"@type": "Offer", "price": "13.00"}],
    "isSimilarTo": {"@type": "Product", "name": "Elm shelf"},
}


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ("jsonld:Product.name", "Oak shelf"),
        ("jsonld:product.name", "Oak shelf"),
        ("jsonld:*.name", "Oak shelf"),
        ("jsonld:Product.offers.price", ["12.5", "13.00"]),
        ("jsonld:Product.offers[].price", ["12.5", "13.00"]),
        ("jsonld:Product.offers[1].price", "13.00"),
        ("jsonld:Offer.price", ["12.5", "13.00"]),
        ("jsonld:*.price", ["12.5", "13.00"]),
        ("jsonld:Product.brand", "Acme"),
        ("jsonld:Product.image", ["/a.png", "/b.png"]),
        ("jsonld:Product.image[0].name", "Front"),
        ("jsonld:Product.@type", "Product"),
        ("jsonld:Product.isSimilarTo.name", "Elm shelf"),
        ("jsonld:Brand", '{"@type":"Brand","name":"Acme"}'),
    ],
)
def test_a_path_leads_from_items_of_a_type_to_their_values(selector: str, value: object) -> None:
    """Lists give several; an object gives what it is called, a picture its address."""
    assert values_of(script(PRODUCT), selector) == [value]


@pytest.mark.parametrize(
    "content",
    [
        [PRODUCT],
        {"@graph": [{"@type": "WebSite", "name": "Shop"}, PRODUCT]},
        {"@type": "WebPage", "mainEntity": PRODUCT},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": PRODUCT}]},
        PRODUCT | {"@type": ["Thing", "http://schema.org/Product"]},
        PRODUCT | {"@type": "schema:Product"},
    ],
)
def test_items_are_found_wherever_they_stand(content: object) -> None:
    """In graphs, lists and other items, with the vocabulary in their type or without."""
    assert values_of(script(content), "jsonld:Product.name") == ["Oak shelf"]


def test_names_count_without_their_vocabulary() -> None:
    """``schema:name`` and the whole address of a property are what the path calls ``name``."""
    content = {"@type": "schema:Product", "schema:name": "A", "https://schema.org/sku": "7"}

    assert values_of(script(content), "jsonld:Product.name") == ["A"]
    assert values_of(script(content), "jsonld:Product.sku") == ["7"]


def test_references_lead_to_what_they_name() -> None:
    """An object with no more than an ``@id`` stands for the one that is described elsewhere."""
    html = script(
        {
            "@graph": [
                {"@type": "Product", "@id": "#p", "name": "A", "brand": {"@id": "#b"}},
                {"@id": "#b", "@type": "Brand", "name": "Acme", "parent": {"@id": "#p"}},
                {"@type": "Product", "@id": "#p"},
            ]
        }
    )

    assert values_of(html, "jsonld:Product.brand.name") == ["Acme"]
    assert values_of(html, "jsonld:Product.brand.parent.brand.parent.name") == ["A"]


def test_wrapped_values_are_the_values() -> None:
    """``@value``, ``@list`` and ``@set`` are JSON-LD's wrapping and no part of a path."""
    content = {"@type": "A", "x": {"@value": "one", "@language": "en"}, "y": {"@list": ["1", "2"]}}

    assert values_of(script(content), "jsonld:A.x") == ["one"]
    assert values_of(script(content), "jsonld:A.y") == [["1", "2"]]


def test_an_item_that_does_not_know_is_asked_for_its_parts() -> None:
    """An offer in an offer says the price, a product that is only like it does not."""
    nested = {"@type": "Offer", "offers": {"@type": "Offer", "price": "5"}}
    sold = {"@type": "Product", "name": "A", "isSimilarTo": {"@type": "Product", "sku": "7"}}
    variants = {"@type": "Product", "hasVariant": [{"@type": "Product", "sku": "8"}]}

    assert values_of(script(nested), "jsonld:Offer.price") == ["5"]
    assert values_of(script(sold), "jsonld:Product.sku") == []
    assert values_of(script(variants), "jsonld:Product.sku") == ["8"]


def test_each_item_in_common_parent_is_a_record() -> None:
    """A field of the type is that item's; what is in no item holds for all of them."""
    html = script([{"@type": "Product", "name": "A", "offers": {"@type": "Offer", "price": 1}}])
    html += script([{"@type": "Product", "name": "B"}, {"@type": "Organization", "name": "Shop"}])

    records = records_of(
        html,
        "jsonld:Product.name",
        "jsonld:Offer.price",
        "jsonld:Organization.name",
        "page:position",
        parent="jsonld:Product",
    )

    assert records == [
        {"F0_text": "A", "F1_text": "1", "F2_text": "Shop", "F3_text": "1"},
        {"F0_text": "B", "F2_text": "Shop", "F3_text": "2"},
    ]


def test_an_item_list_gives_its_items_by_their_own_type() -> None:
    """Items in ``ListItem`` are records of their type, in the list's order."""
    names = ["A", "B", "C"]
    items = [
        {"@type": "ListItem", "item": {"@type": "Recipe", "name": name, "author": {"name": "Jo"}}}
        for name in names
    ]
    html = script({"@type": "ItemList", "itemListElement": items})

    records = records_of(html, "jsonld:Recipe.name", "jsonld:*.author", parent="jsonld:Recipe")

    assert records == [{"F0_text": name, "F1_text": "Jo"} for name in names]


def test_a_block_says_what_its_scripts_say_and_else_the_page() -> None:
    """A script in a card is that card's alone; one beside the cards holds for all of them."""
    html = script({"@type": "Organization", "name": "Shop"}) + "".join(
        f"<div class=card><b>{name}</b>{script({'@type': 'Product', 'sku': name})}</div>"
        for name in "AB"
    )
    html += "<div class=card><b>C</b></div>"

    records = records_of(
        html, "b", "jsonld:Product.sku", "jsonld:Organization.name", parent=".card"
    )

    assert records == [
        {"F0_text": "A", "F1_text": "A", "F2_text": "Shop"},
        {"F0_text": "B", "F1_text": "B", "F2_text": "Shop"},
        {"F0_text": "C", "F2_text": "Shop"},
    ]


def test_filters_and_addresses_work_as_on_elements() -> None:
    """Filters apply to the text, ``href`` and ``src`` make it absolute, a link leads to details."""
    field = {
        "selector": "jsonld:Product.image",
        "attrs": ["src", "text"],
        "filters": [{"name": "uppercase"}],
    }

    assert records_of(script(PRODUCT), field) == [
        {
            "F0_src": ["http://shop.test/A.PNG", "http://shop.test/B.PNG"],
            "F0_text": ["/A.PNG", "/B.PNG"],
        }
    ]
    assert records_of(script(PRODUCT), {"selector": "jsonld:Product.image[1]", "type": 0}) == [
        {"F0_src": "http://shop.test/b.png"}
    ]
