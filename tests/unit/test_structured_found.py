from __future__ import annotations

from tests.builders.structured import script, values_of
from workers.extraction.budget import Budget
from workers.extraction.source import Source
from workers.extraction.structured.found import Described, described
from workers.extraction.tree import Tree

PAGE = (
    script(
        {
            "@type": ["ItemList", "Thing"],
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "item": {"@type": "Product", "name": "A"}},
                {"@type": "Product", "name": "B", "offers": {"@type": "Offer", "price": 2.5}},
            ],
        }
    )
    + "<div itemscope itemtype=http://schema.org/Event><b itemprop=name>Fair</b>"
    "<p itemprop=location itemscope itemtype=http://schema.org/Place>"
    "<i itemprop=name>Brno</i></p></div>"
)


def _found(html: str) -> list[Described]:
    return described(Tree(Source(utf8=html.encode(), url="http://h.test/"), Budget(5)))


def test_all_that_a_page_describes_is_told_by_type_and_path() -> None:
    """JSON-LD before microdata, an item before the items in it."""
    found = _found(PAGE)

    assert [(one.syntax, one.types, one.nested) for one in found] == [
        ("jsonld", ("ItemList", "Thing"), False),
        ("jsonld", ("ListItem",), True),
        ("jsonld", ("Product",), True),
        ("jsonld", ("Product",), True),
        ("jsonld", ("Offer",), True),
        ("microdata", ("Event",), False),
        ("microdata", ("Place",), True),
    ]
    assert found[3].texts == {"name": ("B",), "offers": ('{"@type":"Offer","price":2.5}',)} | {
        "offers.price": ("2.5",)
    }
    assert found[5].texts["location.name"] == ("Brno",)
    assert found[5].element.tag == "div"


def test_a_text_is_what_a_field_with_its_path_gives() -> None:
    """Whoever finds a value here can ask for it by prefix, type and path."""
    for one in _found(PAGE):
        for path, texts in one.texts.items():
            given = values_of(PAGE, f"{one.syntax}:{one.types[0]}.{path}")
            assert texts[0] in (given[0] if isinstance(given[0], list) else given)


def test_pages_without_and_with_far_too_much_are_bounded() -> None:
    """Circles end, and so do thousands of items."""
    circle = {"@type": "A", "@id": "#a", "b": [{"@id": "#a"}, {"@id": "#c"}]}

    assert _found("<p>plain</p>") == []
    assert len(_found(script([circle, {"@id": "#c", "@type": "C", "a": {"@id": "#a"}}]))) == 2
    assert len(_found(script([{"@type": "A", "b": [{"@type": "B"}] * 50}] * 500))) <= 200
