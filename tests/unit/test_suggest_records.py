from __future__ import annotations

import pytest

from tests.builders.suggested import listing, suggested
from workers.task_input import load_draft

THING = """
<head><meta property="og:image" content="/oak.jpg">
<script type="application/ld+json">{"@type": "Product", "name": "Oak Shelf",
"offers": {"price": "12.50", "priceCurrency": "EUR"}}</script></head>
<body><h1>Oak Shelf</h1><p>A shelf of oak that holds forty books and a cat.</p>
<dl><dt>Weight</dt><dd>12 kg</dd><dt>Colour</dt><dd>Brown</dd></dl>
<table><tr><th>Depth</th><td>30 cm</td></tr><tr><th>Height</th><td>2 m</td></tr></table></body>
"""


def test_a_page_about_one_thing_gives_one_record() -> None:
    """What it declares goes first, then its lists of names and values."""
    answer = suggested(THING)
    best = answer.candidates[0]

    assert answer.kind == best.kind == "record"
    assert best.proof.count == 1
    assert best.proof.records[0] == {
        "Title_text": "Oak Shelf",
        "Price_text": "12.50",
        "Price currency_text": "EUR",
        "Weight_text": "12 kg",
        "Colour_text": "Brown",
        "Depth_text": "30 cm",
        "Height_text": "2 m",
        "Image_text": "/oak.jpg",
    }


def test_the_payload_of_one_record_is_accepted_by_create() -> None:
    """As those of lists are."""
    payload = suggested(THING).candidates[0].payload

    assert load_draft(payload, countries=None).payload == payload


def test_a_thing_with_others_beside_it_is_still_what_the_page_is_about() -> None:
    """Its heading is the name of the one thing that the page declares."""
    others = listing("<div class='more'><b>{word}</b><i>{price}</i></div>")
    answer = suggested(THING.replace("</body>", others))

    assert [one.kind for one in answer.candidates][:2] == ["record", "list"]


def test_columns_are_called_as_the_page_declares_them() -> None:
    """Where the declared values are those that the elements show."""
    items = ", ".join(
        f'{{"@type": "Offer", "name": "Ware {n}", "price": "{n}9.00"}}' for n in range(9)
    )
    rows = "".join(f"<p><b>Ware {n}</b> <i>{n}9.00</i></p>" for n in range(9))
    html = f'<script type="application/ld+json">[{items}]</script><body><div>{rows}</div></body>'
    answer = suggested(html)

    assert [column.name for column in answer.candidates[0].columns] == ["Title", "Price"]
    assert (answer.declared.types, answer.declared.items) == (("Offer",), 9)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "no_list"),
        ("<body><p>Only some words, and no list at all.</p></body>", "no_list"),
        ("<body><div id='root'></div><script src='/app.js'></script></body>", "needs_chrome"),
        ("<body><noscript>Please switch JavaScript on.</noscript></body>", "needs_chrome"),
        (f"<body><p>{'Ware, some kg<br>' * 20}</p></body>", "flat_list"),
    ],
)
def test_without_a_list_the_answer_says_why(html: str, reason: str) -> None:
    """Nothing is better than a list of the menu's links."""
    answer = suggested(html)

    assert answer.kind == "nothing"
    assert answer.reason == reason


def test_a_menu_alone_is_no_list() -> None:
    """Its links surround a content that isn't there."""
    answer = suggested(listing("", 0))

    assert (answer.kind, answer.reason) == ("nothing", "no_list")
