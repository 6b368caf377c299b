"""Columns of results take what they mean, whatever stands in the element that usually holds it."""

import pytest

from schemas.plan import Serp
from tests.builders.serp_pages import google_news, google_shopping, page
from workers.serp.baidu import Baidu
from workers.serp.base import Engine, Record, SerpPage
from workers.serp.bing import Bing
from workers.serp.duckduckgo import DuckDuckGo
from workers.serp.google import Google
from workers.serp.google_image import GoogleImage
from workers.serp.google_news import GoogleNews
from workers.serp.google_shopping import GoogleShopping
from workers.serp.yandex import Yandex

GOOGLE = "https://www.google.com/search?q=moss"
BAIDU = "https://www.baidu.com/s?wd=moss&tn=news"


def read(engine: Engine, body: str, url: str, *include: str) -> SerpPage:
    return engine.read(
        page(body), url, serp=Serp(engine="google", q="moss", include=include), page=1
    )


def google(shown: str, snippet: str, site: str = "https://moss.example/one") -> Record:
    box = (
        f'<div class="g tF2Cxc"><a href="{site}"><h3>Moss</h3><div><span>The Moss</span>'
        f'<cite>{shown}</cite></div></a><div class="VwiC3b">{snippet}</div></div>'
    )
    return read(Google(), f'<div id="rso">{box}</div>', GOOGLE).records[0]


def related(engine: Engine, body: str, url: str) -> list[str]:
    found = read(engine, body, url, "related")
    return [entry["title"] for entry in found.records if entry["kind"] == "related"]


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("10+ comments \u00b7 1 year ago", "1 year ago"),
        ("Ca. 1100 \u201eGefällt mir\u201c-Angaben \u00b7 vor 10 Jahren", "vor 10 Jahren"),
        ("60+ reactions", None),
    ],
)
def test_what_people_did_with_a_page_is_not_its_address(shown: str, published: str | None) -> None:
    """Google shows that in the address's place, with the day of a discussion."""
    found = google(shown, "All about moss.")

    assert "displayUrl" not in found
    assert found.get("published") == published


def test_an_address_is_shown_as_it_stands() -> None:
    """Host and crumbs, which another element may hold."""
    assert google("https://moss.example \u203a one", "x")["displayUrl"] == (
        "https://moss.example \u203a one"
    )


@pytest.mark.parametrize(
    ("snippet", "published", "rest"),
    [
        ("<span><span>3 May 2025</span> \u2014 </span><span>All.</span>", "3 May 2025", "All."),
        ("<span>3. Mai 2025</span> \u2014 All.", "3. Mai 2025", "All."),
        ("3 days ago \u00b7 All.", "3 days ago", "All."),
        ("<span>Items 1 - 30</span> of 99 \u2014 All.", None, "Items 1 - 30 of 99 \u2014 All."),
        ("<span>3.5</span> \u2014 All.", None, "3.5 \u2014 All."),
    ],
)
def test_a_published_day_is_a_date(snippet: str, published: str | None, rest: str) -> None:
    """In an element or in plain text before a separator; a number of items is none."""
    found = google("https://moss.example", snippet)

    assert (found.get("published"), found["snippet"]) == (published, rest)


def test_a_page_of_google_without_scripts_has_dates_and_related_queries() -> None:
    """The date is text before a dot; related queries are links that ask for their own text."""
    box = (
        '<div class="Gx5Zad"><a href="/url?q=https://moss.example/one&amp;sa=U"><h3>Moss</h3>'
        '<div class="UPmit">moss.example \u203a one</div></a><div class="s3v9rd"><span>Mar 2, 2023'
        "</span><span> \u00b7 </span>All about moss.</div></div>"
    )
    links = (
        '<a href="/search?q=moss+colours&amp;sa=X">moss colours</a>'
        '<a href="/search?q=Moss&amp;tbm=isch">Images</a>'
        '<a href="/search?q=moss&amp;start=10">2</a>'
        '<a href="/search?q=mosses&amp;spell=1">mosses</a><a href="/search?q=moss">moss</a>'
        '<a href="/search?q=Iceland&amp;stick=H4">Iceland</a>'
        '<a href="https://moss.example/?q=stone">stone</a>'
    )
    found = read(Google(), box + links, GOOGLE).records[0]

    assert (found["displayUrl"], found["published"], found["snippet"]) == (
        "moss.example \u203a one", "Mar 2, 2023", "All about moss.",
    )  # fmt: skip
    assert related(Google(), box + links, GOOGLE) == ["moss colours"]


def test_a_link_in_the_place_of_related_queries_may_be_none() -> None:
    """A link to repeat the search asks for something else than it says."""
    box = (
        '<div id="rso"><div class="g"><a href="https://moss.example/"><h3>Moss</h3></a></div></div>'
    )
    below = (
        '<div id="botstuff"><a href="/search?q=moss&amp;filter=0">repeat the search</a>'
        '<a href="/search?q=moss+colours"><div>moss <b>colours</b></div></a>'
        '<a href="/search?q=Iceland&amp;stick=H4">Iceland</a></div>'
    )

    assert related(Google(), box + below, GOOGLE) == ["moss colours"]


def test_a_page_of_links_alone_has_snippets_too() -> None:
    """The oldest layout without scripts: the snippet stands outside of the link."""
    rows = "".join(
        f'<div class="ZINbbc"><div><a href="/url?q=https://moss.example/{n}&amp;sa=U"><div>Moss {n}'
        f"</div><div>moss.example \u203a {n}</div></a></div>"
        f"<div class='s3v9rd'>Mar {n}, 2020 \u00b7"
        " All.</div></div>"
        for n in (1, 2)
    )
    found = read(Google(), rows, GOOGLE).records

    assert [(e["displayUrl"], e["published"], e["snippet"]) for e in found] == [
        ("moss.example \u203a 1", "Mar 1, 2020", "All."),
        ("moss.example \u203a 2", "Mar 2, 2020", "All."),
    ]


def test_bing_has_its_date_in_plain_text_or_in_an_element() -> None:
    """In either case it is no part of the snippet."""
    box = (
        '<li class="b_algo"><h2><a href="https://moss.example/{0}">Moss {0}</a></h2>'
        "<cite>{1}</cite>"
        "<p>{2}</p></li>"
    )
    boxes = [
        box.format(1, "https://moss.example", "3 days ago\u2002\u00b7\u2002All."),
        box.format(2, "10+ likes", '<span class="news_dt">14/8/2019</span> \u00b7 All.'),
        box.format(3, "https://moss.example", "10 \u00b7 All."),
        box.format(4, "https://moss.example", '<span class="news_dt">2 Std.</span> \u00b7 All.'),
        box.format(5, "https://moss.example", "30 min \u00b7 All."),
    ]
    found = read(Bing(), f'<ol id="b_results">{"".join(boxes)}</ol>', "https://www.bing.com/search")

    assert [(e.get("displayUrl"), e.get("published"), e["snippet"]) for e in found.records] == [
        ("https://moss.example", "3 days ago", "All."),
        (None, "14/8/2019", "All."),
        ("https://moss.example", None, "10 \u00b7 All."),
        ("https://moss.example", "2 Std.", "All."),
        ("https://moss.example", None, "30 min \u00b7 All."),
    ]


def test_duckduckgo_shows_when_a_page_was_published_on_each_of_its_surfaces() -> None:
    """Beside the address, or at the beginning of the snippet without a separator."""
    html = (
        '<div class="result"><h2><a class="result__a" href="https://moss.example/1">Moss</a></h2>'
        '<div class="result__extras"><a class="result__url">moss.example/1</a>'
        "<span>&nbsp; &nbsp; 2025-07-16T00:00:00.0000000</span></div>"
        '<a class="result__snippet">All.</a></div>'
    )
    lite = (
        '<table><tr><td><a class="result-link" href="https://moss.example/1">Moss</a></td></tr>'
        '<tr><td class="result-snippet">All.</td></tr><tr><td>'
        '<span class="link-text">moss.example/1'
        '</span> <span class="timestamp">2025-07-16T00:00:00.0000000</span></td></tr></table>'
    )
    app = (
        '<article data-testid="result"><h2><a href="https://moss.example/1">Moss</a></h2>'
        '<a data-testid="result-extras-url-link"><p>The Moss</p><p><span>moss.example</span>'
        '<span>/1</span></p></a><div data-result="snippet"><span><span>Jul 16, 2025</span>'
        "<span>All.</span></span></div></article>"
    )
    shown = [
        read(DuckDuckGo(), body, "https://html.duckduckgo.com/html/").records[0]
        for body in (html, lite, app)
    ]

    assert [entry["published"] for entry in shown] == [
        "2025-07-16T00:00:00.0000000", "2025-07-16T00:00:00.0000000", "Jul 16, 2025",
    ]  # fmt: skip
    assert {(entry["displayUrl"], entry["snippet"]) for entry in shown} == {
        ("moss.example/1", "All.")
    }


def test_the_badge_of_an_advertisement_is_no_part_of_its_title() -> None:
    """It stands in the heading, behind the link."""
    body = (
        '<article data-testid="ad"><h2><a href="https://shop.example/">Buy moss</a>'
        "<span><button>Ad</button></span></h2></article>"
        '<article data-testid="result"><h2><a href="https://moss.example/">Moss</a></h2></article>'
    )
    found = read(DuckDuckGo(), body, "https://duckduckgo.com/?q=moss", "ads").records

    assert [entry["title"] for entry in found] == ["Moss", "Buy moss"]


def test_related_queries_of_duckduckgo_are_found_by_name_or_by_form() -> None:
    """The app has a place for them; elsewhere they are links that ask for their own text."""
    result = (
        '<article data-testid="result"><h2><a href="https://moss.example/">Moss</a></h2></article>'
    )
    named = '<ol class="related-searches__list"><li><a href="?q=moss+x">moss x</a></li></ol>'
    plain = '<a href="/?q=moss+y">moss y</a><a href="/?q=moss+site%3Ax">Only this site</a>'

    assert related(DuckDuckGo(), result + named, "https://duckduckgo.com/?q=moss") == ["moss x"]
    assert related(DuckDuckGo(), result + plain, "https://duckduckgo.com/?q=moss") == ["moss y"]


def test_the_news_of_baidu_have_snippet_publisher_and_date() -> None:
    """All three have the same class; what they are is told by their labels and their form."""
    story = (
        '<div class="result-op c-container" mu="https://news.example/{0}"><h3>'
        '<a href="https://news.example/{0}">Moss {0}</a></h3><div>{1}'
        '<span class="c-font-normal c-color-text" {2}>All about moss.</span>'
        '<div class="news-source_x1"><a class="source-link_x2"><span class="c-color-gray" {3}>'
        "Moss Gazette</span></a></div></div></div>"
    )
    date = '<span class="c-color-gray2 c-font-normal">2024年1月30日</span>'
    labels = ('aria-label="摘要 All"', 'aria-label="新闻来源：Moss Gazette"')
    stories = [
        story.format(1, date, *labels),
        story.format(2, "", *labels),
        story.format(3, date, "", ""),
    ]
    found = read(Baidu(), f'<div id="content_left">{"".join(stories)}</div>', BAIDU).records

    assert [(e["displayUrl"], e["snippet"], e.get("published")) for e in found] == [
        ("Moss Gazette", "All about moss.", "2024年1月30日"),
        ("Moss Gazette", "All about moss.", None),
        ("Moss Gazette", "All about moss.", "2024年1月30日"),
    ]


def test_an_older_line_of_baidu_holds_publisher_and_date() -> None:
    """They are told apart by the form of the date."""
    story = (
        '<div class="result c-container"><h3><a href="https://news.example/1">Moss</a></h3>'
        '<p class="c-author">Moss Gazette&nbsp;&nbsp;2019年12月30日 10:20</p>'
        '<div class="c-summary">All about moss.</div></div>'
    )
    found = read(Baidu(), f'<div id="content_left">{story}</div>', BAIDU).records[0]

    assert (found["displayUrl"], found["published"]) == ("Moss Gazette", "2019年12月30日 10:20")


def test_a_result_of_baidu_has_its_date_beside_the_snippet() -> None:
    """And the name of its site in the address's place, but no number of looks."""
    box = (
        '<div class="result c-container" mu="https://moss.example/{0}"><h3><a href="/link?url={0}">'
        'Moss {0}</a></h3><div><span class="c-color-gray2">2024年12月4日</span>'
        '<span class="content-right_x">All.</span></div><a class="siteLink_x">{1}</a></div>'
    )
    body = f'<div id="content_left">{box.format(1, "Moss club")}{box.format(2, "3万次播放")}</div>'
    found = read(Baidu(), body, "https://www.baidu.com/s?wd=moss").records

    assert [(e.get("displayUrl"), e["published"], e["snippet"]) for e in found] == [
        ("Moss club", "2024年12月4日", "All."),
        (None, "2024年12月4日", "All."),
    ]


_WORDS = "Moss <b>3.5</b> here"
_HEADINGS = {
    "its own text": f"<h2><a href='U'><i></i>{_WORDS}<span>4,7</span><span>123 отзыва</span>"
    "<div>moss.example\u203aone</div></a></h2>",
    "at both ends": f"<h2><div>2</div><a href='U'><div><span>moss.example</span></div><p>{_WORDS}"
    "</p><div><span>4,7 (12)</span><span>moss.example\u203aone</span></div></a></h2>",
    "by name": f"<a href='U'><h2><div class='a11y-hidden'>2</div><div>{_WORDS}</div>"
    "<div class='Rating'>very good</div><div class='Path'>The Moss</div></h2></a>",
    "a title's name": f"<a href='U'><h2><span class='OrganicTitleContentSpan'>{_WORDS}</span>"
    "<span>4,7</span></h2></a>",
}


@pytest.mark.parametrize("heading", _HEADINGS.values(), ids=_HEADINGS)
def test_the_title_of_yandex_on_phones_is_without_rating_and_address(heading: str) -> None:
    """They stand in the heading, too; a number that only is marked stays."""
    item = f'<li class="serp-item">{heading.replace("U", "https://moss.example/one", 1)}</li>'
    found = read(Yandex(), f"<ul>{item}</ul>", "https://yandex.ru/search/touch/?text=moss")

    assert [entry["title"] for entry in found.records] == ["Moss 3.5 here"]


def test_an_address_may_be_a_title() -> None:
    """The address below it is none."""
    item = (
        '<li class="serp-item"><h2><div>3</div><a href="https://moss.example/one"><div>moss.example'
        "</div><div>moss.example \u203a one</div></a></h2></li>"
    )
    found = read(Yandex(), f"<ul>{item}</ul>", "https://yandex.ru/search/touch/?text=moss")

    assert [entry["title"] for entry in found.records] == ["moss.example"]


def test_a_number_may_be_a_title() -> None:
    """Where a heading holds nothing else."""
    item = (
        '<li class="serp-item"><a href="https://moss.example/"><h2><span>2048</span></h2></a></li>'
    )
    found = read(Yandex(), f"<ul>{item}</ul>", "https://yandex.ru/search/?text=moss")

    assert [entry["title"] for entry in found.records] == ["2048"]


def test_yandex_shows_a_date_before_its_snippet() -> None:
    """As Russian writes it."""
    item = (
        '<li class="serp-item"><a href="https://moss.example/"><h2>Moss</h2></a>'
        '<span class="OrganicTextContentSpan"><span>5 февр. 2026</span> \u00b7 All.</span></li>'
    )
    found = read(Yandex(), f"<ul>{item}</ul>", "https://yandex.ru/search/?text=moss").records[0]

    assert (found["published"], found["snippet"]) == ("5 февр. 2026", "All.")


@pytest.mark.parametrize(
    ("engine", "body"),
    [
        (Google(), '<div id="rso"><div class="g"><a href="{}"><h3>{}</h3></a></div>'),
        (Bing(), '<ol id="b_results"><li class="b_algo"><h2><a href="{}">{}</a></h2></li>'),
        (DuckDuckGo(), '<div class="result"><a class="result__a" href="{}">{}</a></div>'),
        (Baidu(), '<div id="content_left"><div class="result"><h3><a href="{}">{}</a></h3></div>'),
        (Yandex(), '<ul><li class="serp-item"><h2><a href="{}">{}</a></h2></li>'),
        (GoogleImage(), '<div data-lpage="{}"><h3>{}</h3></div>'),
        (GoogleShopping(), '<g-inner-card><a href="{}"></a><div class="gkQHve">{}</div>'),
    ],
)  # fmt: skip
def test_a_record_without_a_title_is_none(engine: Engine, body: str) -> None:
    """A heading without a word is the frame of something else."""
    url = "https://engine.example/search"

    assert read(engine, body.format("https://moss.example/", "Moss"), url).verdict == "ok"
    assert read(engine, body.format("https://moss.example/", ""), url).records == ()


def test_the_date_of_a_story_is_told_by_its_form() -> None:
    """And the snippet is what is none, also where the story has no snippet."""
    usual = google_news()
    bare = usual.replace("<div>What happened.</div>", "")
    undated = usual.replace("2 days ago", "Opinion")
    aged = usual.replace("2 days ago", "3 nap")
    timed = usual.replace("What happened.", "5 min").replace("2 days ago", "Opinion")

    def first(html: str) -> Record:
        return (
            GoogleNews().read(html, GOOGLE, serp=Serp(engine="google", q="moss"), page=1).records[0]
        )

    assert (first(bare)["published"], "snippet" in first(bare)) == ("2 days ago", False)
    assert ("published" in first(undated), first(undated)["snippet"]) == (False, "What happened.")
    assert (first(aged)["published"], first(aged)["snippet"]) == ("3 nap", "What happened.")
    assert "published" not in first(timed)


def test_news_without_scripts_keep_the_name_of_their_source() -> None:
    """It stands where web results have their address."""
    box = (
        '<div class="Gx5Zad"><a href="/url?q=https://moss.example/one&amp;sa=U"><h3>Moss</h3>'
        '<div class="UPmit">Moss Gazette</div></a>'
        '<div class="s3v9rd">3 days ago \u00b7 All.</div></div>'
    )
    found = read(GoogleNews(), box, f"{GOOGLE}&tbm=nws").records[0]

    assert (found["source"], found["published"], found["snippet"]) == (
        "Moss Gazette", "3 days ago", "All.",
    )  # fmt: skip


def test_the_rating_of_a_product_is_a_number() -> None:
    """What else stands in its element is left out."""
    html = google_shopping().replace(">4.5<", ">New<").replace("(1.2K)", "Free delivery")
    found = (
        GoogleShopping().read(html, GOOGLE, serp=Serp(engine="google", q="moss"), page=1).records[0]
    )

    assert {"rating", "reviews"}.isdisjoint(found)


def test_the_merchant_of_a_card_is_no_price_and_no_rating() -> None:
    """Behind the price stand an older one and what buyers said, in any order."""
    cards = "".join(
        f'<li><a href="https://shop.example/{n}"><span>Moss {n}</span></a><b>$12.50</b>'
        "<s>$19.00</s><i>4.5</i><i>(1.2K)</i><u>Moss Mart</u></li>"
        for n in range(3)
    )
    found = read(GoogleShopping(), f"<ul>{cards}</ul>", GOOGLE).records

    assert {(entry["merchant"], entry["rating"], entry["reviews"]) for entry in found} == {
        ("Moss Mart", "4.5", "1.2K")
    }


def test_a_picture_may_be_titled_with_its_own_address() -> None:
    """The last of the two lines is the source; where there is one, it is no title."""
    cell = (
        '<td><a href="/url?q=https://moss.example/&amp;sa=U"><img src="https://encrypted-tbn0.example/'
        'images?q=tbn:{0}" alt="{1}"></a><font>{2}</font></td>'
    )
    both = cell.format(1, "", "moss.example<br>64 \u00d7 48 - 9 KB<br>moss.example")
    one = cell.format(2, "A stone", "moss.example")
    found = read(GoogleImage(), f"<table><tr>{both}{one}</tr></table>", GOOGLE).records

    assert [(entry["title"], entry["source"]) for entry in found] == [
        ("moss.example", "moss.example"), ("A stone", "moss.example"),
    ]  # fmt: skip
