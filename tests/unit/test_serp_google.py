"""Google's kinds: what else is on their pages, and how their parts are told."""

from schemas.plan import Serp
from tests.builders import serp_pages
from workers.serp.base import Engine, Record, SerpPage
from workers.serp.google import Google
from workers.serp.google_image import GoogleImage
from workers.serp.google_news import GoogleNews
from workers.serp.google_shopping import GoogleShopping

URL = "https://www.google.com/search?q=moss"
ALL = ("ads", "questions", "related")


def read(engine: Engine, html: str, *include: str, url: str = URL) -> SerpPage:
    return engine.read(html, url, serp=Serp(engine="google", q="moss", include=include), page=1)


def of_kind(found: SerpPage, kind: str) -> list[Record]:
    return [entry for entry in found.records if entry["kind"] == kind]


def test_a_web_result_has_its_date_apart_from_its_snippet() -> None:
    """The date stands in an element of its own, with its dash."""
    first = read(Google(), serp_pages.google()).records[0]

    assert first["published"] == "3 May 2025"
    assert first["snippet"] == "All about moss."
    assert first["displayUrl"] == "site.example \u203a page"


def test_a_snippet_with_a_dash_in_it_has_no_date() -> None:
    """A number before a dash is no date unless an element says so."""
    html = serp_pages.google().replace("<span>3 May 2025</span> \u2014 ", "")
    html = html.replace("All about", "Top 10 \u2014 all about")
    first = read(Google(), html).records[0]

    assert "published" not in first
    assert first["snippet"] == "Top 10 \u2014 all about moss."


def test_other_kinds_come_behind_the_results_and_count_for_themselves() -> None:
    """Only those that the payload includes."""
    found = read(Google(), serp_pages.google(), *ALL)

    assert of_kind(found, "ad") == [
        {
            "kind": "ad",
            "page": 1,
            "position": 1,
            "title": "Buy moss",
            "url": "https://shop.example/",
        }
    ]
    assert [entry["title"] for entry in of_kind(found, "question")] == ["Is moss a plant?"]
    assert [entry["title"] for entry in of_kind(found, "related")] == ["moss colours"]
    assert {entry["kind"] for entry in read(Google(), serp_pages.google(), "ads").records} == {
        "organic", "ad",
    }  # fmt: skip


def test_a_page_without_scripts_goes_on_at_the_nearest_offset_ahead() -> None:
    """Whatever the order of its links; its last page has none ahead."""
    second = read(Google(), serp_pages.google_basic(), url=f"{URL}&start=10").next_url
    last = read(Google(), serp_pages.google_basic(), url=f"{URL}&start=20").next_url

    assert second == f"{URL}&start=20"
    assert last is None


def test_a_rendered_page_without_a_next_link_is_the_last() -> None:
    """Where it loads more while one scrolls, there is no page to fetch."""
    more = '<a href="/search?q=moss&amp;start=10">More</a>'

    assert read(Google(), serp_pages.google(next_page=more)).next_url is None


def test_mobile_results_have_headings_by_role() -> None:
    """The same list, with ``role=heading`` in place of ``h3``."""
    html = serp_pages.google().replace('class="g tF2Cxc"', 'class="vt6azd Ww4FFb"')
    html = html.replace("<h3>", '<div role="heading" aria-level="3">').replace("</h3>", "</div>")
    found = read(Google(), html)

    assert found.layout == "mobile"
    assert [entry["title"] for entry in found.records] == list(serp_pages.TITLES)


def test_words_of_a_notice_in_results_are_no_notice() -> None:
    """A results page may carry the retry address and a link to the consent page."""
    notice = (
        "<script>'/httpservice/retry/enablejs'</script><a href='https://consent.google.com'>c</a>"
    )

    assert read(Google(), serp_pages.google() + notice).verdict == "ok"


def test_a_page_that_was_redirected_to_the_sorry_page_is_a_captcha() -> None:
    """Also where its body has been emptied."""
    sorry = "https://www.google.com/sorry/index?continue=x"

    assert read(Google(), "<p>unusual</p>", url=sorry).verdict == "captcha"


def test_a_picture_has_its_measures_where_the_page_shows_them() -> None:
    """From the line of the table, and from JSON, which has the full-size address too."""
    table = read(GoogleImage(), serp_pages.google_image()).records[0]
    meta = read(GoogleImage(), serp_pages.google_image_meta()).records[0]

    assert (table["width"], table["height"], table["source"]) == (640, 480, "site.example")
    assert "imageUrl" not in table
    assert meta["imageUrl"] == f"{serp_pages.URLS[0]}.png"
    assert (meta["width"], meta["height"]) == (640, 480)


def test_a_link_to_the_viewer_holds_the_picture_and_its_page() -> None:
    """``imgres`` links carry everything but the title."""
    link = (
        '<div id="search"><a href="/imgres?imgurl=https://a.example/1.png&amp;imgrefurl='
        'https://a.example/&amp;w=30&amp;h=20"><img alt="A stone" src="data:x"></a></div>'
    )

    assert read(GoogleImage(), serp_pages.page(link)).records == (
        {"page": 1, "position": 1, "title": "A stone", "url": "https://a.example/",
         "imageUrl": "https://a.example/1.png", "source": "a.example", "width": 30, "height": 20},
    )  # fmt: skip


def test_the_parts_of_a_story_are_told_by_their_order() -> None:
    """Source, title, snippet, date; news.google.com has the time in ISO 8601."""
    tab = read(GoogleNews(), serp_pages.google_news()).records[0]
    site = read(GoogleNews(), serp_pages.google_news_site()).records[0]

    assert (tab["source"], tab["snippet"], tab["published"]) == (
        "The Gazette", "What happened.", "2 days ago",
    )  # fmt: skip
    assert (site["source"], site["published"]) == ("The Gazette", "2025-05-03T08:00:00Z")


def test_the_time_of_a_story_may_be_an_age_and_is_no_length() -> None:
    """An element for times needs no word for "ago"; it may say how long something lasts, too."""
    site = serp_pages.google_news_site()
    aged = site.replace("2025-05-03T08:00:00Z", "").replace(">3 May<", ">2 tim<")
    long = site.replace("2025-05-03T08:00:00Z", "PT5M").replace(">3 May<", ">5 min<")

    assert read(GoogleNews(), aged).records[0]["published"] == "2 tim"
    assert "published" not in read(GoogleNews(), long).records[0]


def test_a_story_whose_target_is_not_in_the_click_log_keeps_its_own_link() -> None:
    """The engine's link is better than none."""
    html = serp_pages.google_news_site().replace("5:", "5:!")
    first = read(GoogleNews(), html, url="https://news.google.com/search?q=moss").records[0]

    assert first["url"] == "https://news.google.com/read/X0"


def test_a_product_has_its_price_merchant_and_rating() -> None:
    """As shown; a card without a link has no URL."""
    html = serp_pages.google_shopping()
    bare = html.replace("<a href=", "<a data-x=")

    assert read(GoogleShopping(), html).records[0] == {
        "page": 1, "position": 1, "title": serp_pages.TITLES[0], "price": "$12.50",
        "merchant": "Moss Mart", "url": serp_pages.URLS[0], "rating": "4.5", "reviews": "1.2K",
    }  # fmt: skip
    assert "url" not in read(GoogleShopping(), bare).records[0]


def test_cards_with_unknown_classes_are_read_by_their_order() -> None:
    """Title, price, merchant, rating, reviews: the same records as by name."""
    html = serp_pages.google_shopping()
    found = read(GoogleShopping(), html.replace("class=", "data-x="))

    assert found.layout == "plain"
    assert found.records == read(GoogleShopping(), html).records


def test_an_offer_tile_is_read_past_its_promotion_and_once() -> None:
    """The price is the first line that is nothing but one, behind the title."""
    tile = (
        '<div aria-label="From Stone Shop"><span>\u00a318 off</span><span>Moss kit</span>'
        "<span>\u00a3169.96</span><span>\u00a3229</span></div>"
    )

    assert read(GoogleShopping(), serp_pages.page(tile * 2)).records == (
        {"page": 1, "position": 1, "title": "Moss kit", "price": "\u00a3169.96",
         "merchant": "Stone Shop"},
    )  # fmt: skip


def test_the_offers_of_one_product_are_merchants_with_prices() -> None:
    """Each row of the table has the merchant's link, then the price; all are of one product."""
    row = (
        '<div class="sh-t__title">Moss kit</div>'
        '<table><tr class="sh-osd__offer-row"><td><a href="/url?q=https://a.example/p">Stone Shop'
        "</a></td><td><span>1.234,50 \u20ac</span></td></tr></table>"
    )

    assert read(GoogleShopping(), serp_pages.page(row)).records == (
        {"page": 1, "position": 1, "title": "Moss kit", "merchant": "Stone Shop",
         "price": "1.234,50 \u20ac", "url": "https://a.example/p"},
    )  # fmt: skip


def test_a_listing_whose_title_was_cut_has_it_whole() -> None:
    """The picture's text has what the line had no room for."""
    unit = (
        '<div class="pla-unit"><a href="https://a.example/p"><img alt="A Moss kit for rooms">'
        '</a><div role="heading">Moss kit ...</div><p>12,00 \u20ac</p><p>Stone Shop</p></div>'
    )
    first = read(GoogleShopping(), serp_pages.page(unit)).records[0]

    assert (first["title"], first["merchant"]) == ("Moss kit for rooms", "Stone Shop")
