"""What every selector with a prefix keeps to, whatever the page."""

from __future__ import annotations

import pytest

from schemas.payload import load_plan
from tests.builders.structured import PAGE_URL, payload_of, records_of, script
from workers.extraction.cage import timed_extract
from workers.extraction.check import check
from workers.extraction.source import Source
from workers.extraction.structured.base import QueryFault
from workers.extraction.structured.queries import QUERIES, is_query, query

SELECTORS = {
    "jsonld": "jsonld:Product.name",
    "microdata": "microdata:Product.name",
    "meta": "meta:og:title",
    "page": "page:title",
    "const": "const:name",
}
FULL = (
    "<title>Überschrift 東京</title><meta property=og:title content='Überschrift 東京'>"
    + script({"@type": "Product", "name": "Überschrift 東京"})
    + "<p itemscope itemtype=http://schema.org/Product><b itemprop=name>Überschrift 東京</b></p>"
)
PAGES = {
    "empty": b"",
    "text alone": b"no markup",
    "bytes": bytes(range(256)) * 20,
    "half a tag": b'<script type=\'application/ld+json\'>{"@type": "Product", "name": "x',
    "many of each": FULL.encode() * 300,
    "deep": b"<div itemscope itemprop=name>" * 4_000,
    "attributes without values": b"<meta name content><p itemscope itemtype itemprop itemref>",
    "a frameset": b"<frameset itemscope><frame></frameset>",
}


def test_there_is_a_selector_for_each_prefix() -> None:
    """A prefix without one here would go untested."""
    assert SELECTORS.keys() == QUERIES.keys()


@pytest.mark.parametrize("prefix", QUERIES)
def test_texts_in_any_script_are_given_once(prefix: str) -> None:
    """The same page gives the same records."""
    fields = ("p", SELECTORS[prefix])
    (record,) = records_of(FULL, *fields)

    assert record["F1_text"] == ("name" if prefix == "const" else "Überschrift 東京")
    assert records_of(FULL, *fields) == [record]


@pytest.mark.parametrize("prefix", QUERIES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("is_xml", [False, True])
def test_no_page_breaks_a_query(prefix: str, page: str, *, is_xml: bool) -> None:
    """Neither what is not there nor far too much of it, alone and in blocks."""
    for parent in (None, "p"):
        plan = load_plan(payload_of(SELECTORS[prefix], parent=parent))
        source = Source(utf8=PAGES[page], url=PAGE_URL, is_xml=is_xml)
        content = timed_extract(source, plan.collections[0], plan, seconds=20)

        assert all(record["F0_text"] for record in content.records)


@pytest.mark.parametrize("prefix", QUERIES)
def test_a_query_of_nothing_is_refused_with_a_cure(prefix: str) -> None:
    """In a sentence that shows how it is written."""
    with pytest.raises(QueryFault, match=f"`{prefix}:"):
        query(f"{prefix}:")


@pytest.mark.parametrize("prefix", QUERIES)
def test_a_query_leads_to_no_next_page_and_is_clicked_by_none(prefix: str) -> None:
    """Elements are needed there: the fault says so at the place."""
    assert is_query(SELECTORS[prefix])
    payload = payload_of("p") | {"paginator": {"nextPageSelector": SELECTORS[prefix], "pageNum": 2}}

    (fault,) = check(load_plan(payload), payload)

    assert fault.pointer == "/paginator/nextPageSelector"
    assert "Elements are needed" in fault.detail
