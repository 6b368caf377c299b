from __future__ import annotations

import pytest

from schemas.payload import is_payload
from tests.builders.suggested import URL, listing, suggested
from workers.extraction.page import extract_page
from workers.extraction.suggest.payloads import plan_of
from workers.task_input import load_draft

CARD = (
    "<div class='card'><a href='/item/{number}'><img src='/{number}.jpg'></a>"
    "<h3><a href='/item/{number}'>{word}</a></h3><span class='price_color'>{price}</span></div>"
)
ROW = "<tr><td><a href='/case/{number}'>{word}</a></td><td>{price}</td></tr>"
TABLE = "<table><tr><th>Case Name</th><th>Fee</th></tr>{}</table>"
PAGES = {
    "cards": listing(CARD),
    "table": listing(ROW, around=TABLE),
    "lines": listing("<tr><td>{word}<br>{price}<br>No. {number}</td></tr>", around="<table>{}"),
    "zebra": listing("<li class='odd'>{word} <i>{price}</i></li>", around="<ul>{}</ul>"),
}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_a_suggested_payload_is_accepted_by_create(html: str) -> None:
    """It goes to the API as it stands."""
    for candidate in suggested(html).candidates:
        assert is_payload(candidate.payload)
        assert load_draft(candidate.payload, countries=None).payload == candidate.payload


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_the_records_shown_are_those_that_a_run_gives(html: str) -> None:
    """The last proof of a candidate is the real extraction, by the plan that ``create`` makes."""
    for candidate in suggested(html).candidates:
        plan = load_draft(candidate.payload, countries=None).plan
        content = extract_page(html, URL, plan.collections[0], plan)

        assert content.records == candidate.proof.records
        assert plan_of(candidate.payload).collections[0].fields == plan.collections[0].fields


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_the_same_page_gets_the_same_answer(html: str) -> None:
    """Nothing depends on the process or on the time."""
    first, second = (suggested(html) for _ in range(2))

    assert [one.payload for one in first.candidates] == [one.payload for one in second.candidates]


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_every_thing_of_a_list_is_a_record(html: str) -> None:
    """The first candidate has them all, and nothing beside them."""
    best = suggested(html).candidates[0]

    assert best.kind == "list"
    assert best.proof.count == len(best.proof.records) == 12


def test_counted_are_all_records_and_shown_the_first() -> None:
    """``records`` bounds what is shown, whatever the page holds."""
    best = suggested(listing(CARD, 40), records=3).candidates[0]

    assert len(best.proof.records) == 3
    assert best.proof.count == best.blocks == 40


def test_a_card_has_its_title_its_price_and_its_picture_once() -> None:
    """The picture's link leads to where the title leads: it is no field."""
    best = suggested(listing(CARD)).candidates[0]

    assert best.payload["commonParent"] == ".card"
    assert best.payload["fields"] == [
        {"name": "Image", "selector": "img", "type": 0, "attrs": ["src"]},
        {"name": "Title", "selector": "h3 a", "type": 2, "filters": [{"name": "trim"}]},
        {"name": "Price", "selector": ".price_color", "filters": [{"name": "collapse"}]},
    ]


def test_columns_of_a_table_are_called_as_its_header_calls_them() -> None:
    """The header row itself is no record."""
    best = suggested(PAGES["table"]).candidates[0]

    assert [column.name for column in best.columns] == ["Case Name", "Fee"]
    assert best.proof.records[0] == {
        "Case Name_href": "https://shop.example/case/0",
        "Case Name_text": "Oak Shelf 0",
        "Fee_text": "$0.09",
    }


def test_lines_that_only_breaks_tell_apart_are_fields_of_their_own() -> None:
    """CSS can't say them; XPath can."""
    best = suggested(PAGES["lines"]).candidates[0]

    assert list(best.proof.records[3].values()) == ["Fir Shelf 3", "$3.39", "No. 3"]


def test_classes_that_a_program_made_up_are_not_named() -> None:
    """They change with the next deploy; what stays of them is what is asked for."""
    html = listing(
        "<li class='css-1q{number}'><b class='Card_title__x7Gh2'>{word}</b>"
        "<i class='css-9zk2f'>{price}</i></li>",
        around="<ul>{}</ul>",
    )
    payload = str(suggested(html).candidates[0].payload)

    assert "css-" not in payload
    assert "x7Gh2" not in payload


def test_links_that_say_the_same_everywhere_are_told_apart_by_what_they_say() -> None:
    """Their number differs from row to row, so that positions would mix them."""
    item = (
        "<tr><td>{word}</td><td><a href='/{number}.pdf'>PDF</a> <a href='/{number}.doc'>DOC</a>"
        "{price}</td></tr>"
    )
    html = listing(item, around="<table>{}</table>").replace("<a href='/3.pdf'>PDF</a> ", "", 1)
    best = suggested(html).candidates[0]
    row = best.proof.records[3]

    assert "DOC" in {column.name for column in best.columns}
    assert row["DOC_href"] == "https://shop.example/3.doc"
    assert "PDF_href" not in row


def test_a_grid_of_cells_has_a_record_a_cell() -> None:
    """Cells that all look alike are cards, and the rows mean nothing."""
    cell = "<td><a href='/{0}'><img src='/{0}.gif'></a><br><a href='/{0}'>Ware no {0}</a></td>"
    rows = "".join(
        f"<tr>{''.join(cell.format(3 * row + column) for column in range(3))}</tr>"
        for row in range(5)
    )
    best = suggested(f"<body><table>{rows}</table></body>").candidates[0]

    assert best.proof.count == 15


def test_rows_that_are_highlighted_are_no_list_of_their_own() -> None:
    """Odd rows are half of a list."""
    rows = "".join(
        f"<div class='{'row odd' if n % 2 else 'row'}'><b>Ware {n}</b><i>{n} kg</i></div>"
        for n in range(14)
    )
    best = suggested(f"<body><div>{rows}</div></body>").candidates[0]

    assert best.proof.count == 14


def test_the_record_is_the_outermost_element_that_holds_one() -> None:
    """What else is in it belongs to it."""
    html = listing("<div><div><b class='name'>{word}</b></div><div>{price}</div></div>")
    best = suggested(html).candidates[0]

    assert len(best.proof.records[0]) == 2


def test_a_menu_loses_against_a_list_half_its_size() -> None:
    """What surrounds the content comes last, however regular it is."""
    menu = "".join(f"<li><a href='/c{n}'>Category {n}</a></li>" for n in range(60))
    html = listing(CARD, 5, beside=f"<div class='sidebar'><ul>{menu}</ul></div>")
    best = suggested(html).candidates[0]

    assert best.payload["commonParent"] == ".card"


def test_a_clear_list_is_sure_and_one_of_two_is_not() -> None:
    """Where another list of the page is as good, a person has to choose."""
    clear = suggested(listing(CARD)).candidates[0]
    other = "".join(f"<p class='note'><b>Note {n}</b> <i>{n}{n}.10</i></p>" for n in range(12))
    two = suggested(listing(CARD.replace("<img src='/{number}.jpg'>", ""), beside=other))

    assert clear.confidence == "high"
    assert two.candidates[0].confidence != "high"


def test_a_lazy_picture_is_the_one_that_is_meant() -> None:
    """Not the placeholder that its ``src`` holds till a script has run."""
    html = listing("<div class='shot'><img src='/x.gif' data-src='/p/{number}.png'>{word}</div>")
    best = suggested(html).candidates[0]

    assert best.proof.records[0]["Image_image"] == "https://shop.example/p/0.png"


def test_the_title_is_what_leads_to_the_details() -> None:
    """One page a record, on the same site."""
    details = suggested(listing(CARD)).candidates[0].details

    assert details is not None
    assert details.field == "Title"
    assert details.sample[0] == "https://shop.example/item/0"


def test_files_are_no_details_pages() -> None:
    """No field can be taken from them."""
    html = listing("<li><a href='/f/{number}.pdf'>{word}</a> {price}</li>", around="<ul>{}</ul>")

    assert suggested(html).candidates[0].details is None


def test_what_is_wanted_chooses_the_list_and_its_fields() -> None:
    """A candidate whose records lack the value is none."""
    other = "".join(f"<p class='note'>Note <b>{n}</b> of Berta</p>" for n in range(4))
    answer = suggested(listing(CARD, beside=f"<div>{other}</div>"), want=["berta"])

    assert answer.candidates
    for candidate in answer.candidates:
        assert any("Berta" in str(record) for record in candidate.proof.records)


def test_what_is_wanted_and_not_there_gives_nothing() -> None:
    """An honest answer, and no list of something else."""
    answer = suggested(listing(CARD), want=["Nowhere to be seen"])

    assert (answer.kind, answer.candidates, answer.reason) == ("nothing", [], "not_found")


def test_a_record_may_span_two_siblings() -> None:
    """The head is the block; what follows it is reached from there."""
    html = listing("<dt>{word}</dt><dd>Costs {price}</dd>", around="<dl>{}</dl>")
    best = suggested(html).candidates[0]

    assert best.payload["commonParent"] == "dt"
    assert list(best.proof.records[1].values()) == ["Ash Shelf 1", "Costs $1.19"]
