"""Layouts of Google beside the usual ones, and what stands between results and is none."""

import json

from schemas.plan import Serp
from tests.builders.serp_pages import ITEMS, page
from workers.serp.base import SerpPage
from workers.serp.google import Google
from workers.serp.google_image import GoogleImage
from workers.serp.google_news import GoogleNews
from workers.serp.google_shopping import GoogleShopping

ALL = ("ads", "questions", "related")
BASE = "https://www.google.com/search?q=moss"


def read(engine: Google | GoogleImage | GoogleNews | GoogleShopping, html: str) -> SerpPage:
    kind = f"google-{engine.tbm}" if engine.tbm else "google"
    names = {"google-isch": "google-image", "google-nws": "google-news"}
    name = {"google-shop": "google-shopping", **names}.get(kind, kind)
    return engine.read(html, BASE, serp=Serp(engine=name, q="moss", include=ALL), page=1)


def organic(found: SerpPage) -> list[tuple[str, str]]:
    return [(e["title"], e["url"]) for e in found.records if e["kind"] == "organic"]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;")


def test_a_mobile_page_has_headings_that_are_no_h3() -> None:
    """They are told by their role, in a link or around it."""
    rows = "".join(
        f'<div><a href="{escaped(url)}"><div role="heading" aria-level="3">{escaped(title)}</div>'
        "</a><div>All about moss.</div></div>"
        for title, url in ITEMS
    )

    card = (
        '<g-inner-card><a href="https://b.example/"><div role="heading">B</div></a></g-inner-card>'
    )
    video = '<div><a href="https://video.example/"><h3>A video</h3></a></div>'

    for body in (rows, rows + card + video):
        assert organic(read(Google(), page(f'<div id="rso">{body}</div>'))) == list(ITEMS)


def test_a_page_of_links_alone_gives_their_first_lines() -> None:
    """The oldest layout without scripts: no heading, and every link through the redirect."""
    rows = "".join(
        f'<div><a href="/url?q={url.replace("?", "%3F").replace("&", "%26")}&amp;sa=U">'
        f"<span>{escaped(title)}</span><span>site.example</span></a><span>Words.</span></div>"
        for title, url in ITEMS
    )
    footer = '<a href="/url?q=https://support.google.com/help&amp;sa=U"><span>Help</span></a>'

    assert organic(read(Google(), page(rows + footer))) == list(ITEMS)


def test_what_stands_between_results_is_none() -> None:
    """Questions, sites below a result, videos, stories, places, ads above and below."""
    box = '<div class="g"><a href="{}"><h3>{}</h3></a></div>'
    results = [box.format(escaped(url), escaped(title)) for title, url in ITEMS]
    between = (
        '<div data-q="Is moss a plant?" class="related-question-pair"><a href="https://a.example/">'
        "<h3>An answer</h3></a></div>"
        '<div class="g"><table><tr><td><a href="https://site1.example/b"><h3>Below</h3></a></td></tr>'
        "</table></div>"
        '<div><a href="https://video.example/"><h3>A video</h3></a></div>'
        '<g-scrolling-carousel><a href="https://story.example/"><div role="heading" aria-level="3">'
        "A story</div></a></g-scrolling-carousel>"
        '<a href="/search?q=shop&amp;ludocid=1"><h3>A shop nearby</h3></a>'
        '<div class="g"><a href="/search?q=moss&amp;udm=2"><h3>Images for moss</h3></a></div>'
    )
    ad = '<div data-text-ad="1"><a href="https://ad.example/"><h3>Ad {0}</h3></a></div>'
    body = f'{results[0]}{between}{results[1]}<div id="tads">{ad.format(1)}</div>{results[2]}'
    below = f'<div id="bottomads">{ad.format(2)}</div>'
    found = read(Google(), page(f'<div id="search"><div id="rso">{body}</div></div>{below}'))
    others = [(e["kind"], e["title"]) for e in found.records if e["kind"] != "organic"]

    assert organic(found) == list(ITEMS)
    assert others == [("ad", "Ad 1"), ("ad", "Ad 2"), ("question", "Is moss a plant?")]


def test_boxes_with_other_names_outweigh_the_one_that_kept_its_name() -> None:
    """A single answer in the usual box is not taken for the whole list."""
    boxes = "".join(
        f'<div class="n"><a href="{escaped(url)}"><h3>{escaped(title)}</h3></a></div>'
        for title, url in (*ITEMS, ("Fourth", "https://four.example/"))
    )
    first = '<div class="g"><a href="https://first.example/"><h3>First</h3></a></div>'
    found = read(Google(), page(f'<div id="search"><div id="rso">{first}{boxes}</div></div>'))

    assert len(organic(found)) == 5


def test_other_kinds_of_google_show_the_same_beside_their_results() -> None:
    """With the keys that their records have."""
    story = (
        '<a href="https://paper.example/"><div><span>The Gazette</span></div>'
        '<div role="heading" aria-level="3">News of moss</div><div>What happened.</div>'
        "<div>2 days ago</div></a>"
    )
    ad = '<div data-text-ad="1"><a href="https://ad.example/"><h3>Ad</h3></a><cite>x</cite></div>'
    related = '<div id="botstuff"><a href="/search?q=moss+colours">moss colours</a></div>'
    html = page(f'<div id="search"><div id="rso">{story}</div></div>{ad}{related}')
    found = read(GoogleNews(), html)

    assert [(e["kind"], e["title"]) for e in found.records] == [
        ("organic", "News of moss"), ("ad", "Ad"), ("related", "moss colours"),
    ]  # fmt: skip
    assert "displayUrl" not in found.records[1]


def test_pictures_are_found_in_data_of_any_name() -> None:
    """JSON in an element of its own, whatever the class of that element."""
    data = "".join(
        f'<div class="x"><div>{escaped(json.dumps({"ru": url, "pt": title}))}</div></div>'
        for title, url in ITEMS
    )

    assert organic(read(GoogleImage(), page(data))) == list(ITEMS)


def test_cards_of_unknown_names_are_told_by_their_prices() -> None:
    """A row of siblings with a price each: title, price, merchant."""
    cards = "".join(
        f'<li><a href="{escaped(url)}"><span>{escaped(title)}</span></a><b>$12.50</b>'
        "<i>Moss Mart</i></li>"
        for title, url in ITEMS
    )
    found = read(GoogleShopping(), page(f"<ul>{cards}</ul>"))

    assert organic(found) == list(ITEMS)
    assert {e["merchant"] for e in found.records} == {"Moss Mart"}
