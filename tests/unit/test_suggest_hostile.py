from __future__ import annotations

from time import thread_time

import pytest

from tests.builders.suggested import listing, suggested
from workers.errors import ExtractTimeout
from workers.extraction.budget import Budget
from workers.extraction.source import Source, encode
from workers.extraction.suggest.suggest import suggest
from workers.extraction.xml_tree import tree_of
from workers.task_input import load_draft

BOMB = 'a"]{}*:has(b)\\31 /*'
ITEM = "<div class='card'><b>{word}</b><i>{price}</i></div>"
PAGES = {
    "deep": "<div>" * 20_000 + "x",
    "deep headers": "<header>" * 8_000 + "x",
    "deep pairs": "<div><p>a</p>" * 5_000,
    "wide": "<p>x</p>" * 60_000,
    "wide and filled": "<p>word <b>2</b></p>" * 15_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x</p>",
    "classes": "<p class='" + " ".join(f"c{n}" for n in range(100_000)) + "'>x</p>" * 3,
    "a class for each": "".join(f"<p class='c{n}'>word {n}</p>" for n in range(20_000)),
    "links": "".join(f"<a href='/{n}' class=next>{n}</a> " for n in range(20_000)),
    "breaks": "<p>" + "line<br>" * 60_000,
    "half characters": "<ul>" + "<li>\ud800 a <b>1</b></li>" * 9,
}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_no_page_takes_long(html: str) -> None:
    """Each loop has a bound, or a budget that ends it."""
    began = thread_time()
    suggested(html, records=20)

    assert thread_time() - began < 10


def test_names_that_are_no_names_end_up_in_no_selector() -> None:
    """Or so that the engine and ``create`` take them."""
    html = listing(ITEM).replace(
        "class='card'", f"class='card {BOMB}' data-label='{BOMB}' id='{BOMB}'"
    )
    for candidate in suggested(html).candidates:
        assert load_draft(candidate.payload, countries=None)


def test_a_spent_budget_ends_it() -> None:
    """The time of a page counts here as in its extraction."""
    html = "".join(f"<p class='c{n}'>word <b>{n}</b></p>" for n in range(9_000))
    tree = tree_of(Source(utf8=encode(html), url="https://a.example/"), Budget(0.05))

    with pytest.raises(ExtractTimeout):
        suggest(tree)
