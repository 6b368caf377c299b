from __future__ import annotations

import pytest

from tests.builders.suggested import listing, suggested

ITEM = "<li><a href='/item/{number}'>{word}</a> <b>{price}</b></li>"
HERE = "https://shop.example/list?page=2"


def following(pager: str) -> tuple[str | None, str | None]:
    """Return where the list goes on, and the selector that the first payload has for it."""
    answer = suggested(listing(ITEM, around=f"<ul>{{}}</ul>{pager}"), url=HERE)
    payload = answer.candidates[0].payload
    selector = payload.get("paginator", {}).get("nextPageSelector")
    return (answer.next.url if answer.next else None), selector


BACK, ON = "<a href='?page=1'>", "<a href='?page=3'>"
PAGERS = {
    "rel": ("<a rel='next' href='?page=3'>More</a>", 'a[rel~="next"]'),
    "class": (f"{BACK}Prev</a> <a class='next' href='?page=3'>›</a>", ".next"),
    "words": (f"<p>{BACK}Назад</a> {ON}Вперёд</a></p>", 'a:lexbor-contains("Вперёд")'),
    "numbers": (f"<p class='pages'>{BACK}1</a> <b>2</b> {ON}3</a></p>", "b + a"),
    "marked": (
        f"<ul class='pager'><li>{BACK}1</a><li class='active'><span>2</span><li>{ON}3</a></ul>",
        None,
    ),
    "older": (f"<p>{BACK}Newer</a> {ON}Older posts</a></p>", 'a:lexbor-contains("Older posts")'),
    "arrows": (
        f"<p class='pager'>{BACK}&lt;</a>{ON}&gt;</a><a href='?page=9'>&gt;&gt;</a></p>",
        None,
    ),
    "picture": ("<a href='?page=3' title='Nächste Seite'><img src='r.gif'></a>", None),
}


@pytest.mark.parametrize(("pager", "selector"), PAGERS.values(), ids=PAGERS.keys())
def test_the_next_page_is_found_by_what_its_link_says(pager: str, selector: str | None) -> None:
    """In many languages, by arrows, by numbers; and a selector says it on the next page, too."""
    url, found = following(pager)

    assert url == "https://shop.example/list?page=3"
    assert found is not None
    assert selector in {None, found}


@pytest.mark.parametrize(
    "pager",
    [
        "",
        "<p class='pager'><a href='?page=1'>Previous</a></p>",
        "<div class='pagination'><a href='?page=1'>1</a> <b>2</b></div>",
        "<p><a href='/thread/9'>Next thread</a></p>",
        "<p><a href='?page=2'>Next</a></p>",
        "<p><a href='https://other.example/?page=3'>Next</a></p>",
        "<div class='calendar'><a href='?m=1'>«</a> March <a href='?m=3'>»</a></div>",
        "<p class='pages'><a class='next' href='?limit=all'>Show all</a></p>",
        "<p><a href='#'>Next</a></p>",
    ],
)
def test_what_leads_elsewhere_is_no_next_page(pager: str) -> None:
    """The last page of a list has none; neither has a gallery, a calendar, a thread."""
    assert following(pager) == (None, None)


def test_one_arrow_a_record_is_no_pager() -> None:
    """A pager's arrow leads to one page, wherever it stands."""
    item = "<li>{word} <b>{price}</b> <a href='/last/{number}'>»</a></li>"

    assert suggested(listing(item, around="<ul>{}</ul>")).next is None
