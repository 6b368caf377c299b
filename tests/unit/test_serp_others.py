"""Bing, DuckDuckGo, Baidu and Yandex: what is particular to each."""

from urllib.parse import parse_qs, urlsplit

from schemas.plan import Serp
from tests.builders import serp_pages
from workers.serp.baidu import Baidu
from workers.serp.base import Engine, SerpPage
from workers.serp.bing import Bing
from workers.serp.duckduckgo import DuckDuckGo
from workers.serp.found import once
from workers.serp.yandex import Yandex

ALL = ("ads", "questions", "related")


def read(engine: Engine, html: str, *include: str, url: str = "https://e.example/") -> SerpPage:
    return engine.read(html, url, serp=Serp(engine="x", q="moss", include=include), page=1)


def titles(found: SerpPage, kind: str) -> list[str]:
    return [entry["title"] for entry in found.records if entry["kind"] == kind]


def test_bing_has_other_kinds_around_its_list() -> None:
    """Ads, questions and related searches; a card's entries are no results."""
    found = read(Bing(), serp_pages.bing(), *ALL)

    assert titles(found, "ad") == ["Buy moss"]
    assert titles(found, "question") == ["Is moss a plant?"]
    assert titles(found, "related") == ["moss x"]


def test_bing_shows_the_date_before_the_snippet() -> None:
    """It is split off, with its dot."""
    first = read(Bing(), serp_pages.bing()).records[0]

    assert (first["published"], first["snippet"]) == ("3 May 2025", "All about moss.")


def test_the_next_form_of_duckduckgo_becomes_a_url() -> None:
    """The same parameters with GET, ``vqd`` among them: without it the next page is a block."""
    following = read(DuckDuckGo(), serp_pages.duckduckgo(), url="http://127.0.0.1:9/html/").next_url

    assert following is not None
    assert following.startswith("http://127.0.0.1:9/html/?")
    assert parse_qs(urlsplit(following).query) == {
        "q": ["moss"], "s": ["10"], "vqd": ["4-1"], "dc": ["11"],
    }  # fmt: skip


def test_a_form_back_is_no_next_page() -> None:
    """On later pages the form back comes first, and looks the same but for its offset."""
    html = serp_pages.duckduckgo()
    form = html[html.index("<form") : html.index("</form>") + len("</form>")]
    back = form.replace('value="10"', 'value="0"')
    page = html.replace(form, back + form.replace('value="10"', 'value="25"'))
    here = "https://html.duckduckgo.com/html/?q=moss&s=10&vqd=4-1"
    following = read(DuckDuckGo(), page, url=here).next_url
    last = read(DuckDuckGo(), html.replace(form, back), url=here).next_url

    assert parse_qs(urlsplit(following or "").query)["s"] == ["25"]
    assert last is None


def test_advertisements_do_not_make_an_empty_page_a_success_with_records() -> None:
    """DuckDuckGo sells places on pages without results."""
    html = serp_pages.EMPTY["duckduckgo"] + (
        '<div class="result result--ad"><a class="result__a" href="https://duckduckgo.com/y.js?a=1">'
        "Buy</a></div>"
    )
    found = read(DuckDuckGo(), html, *ALL)

    assert (found.verdict, found.records) == ("empty", ())


def test_a_lite_page_that_found_nothing_is_told_by_its_form() -> None:
    """It has no mark of its own, only the query and no link to a result."""
    html = '<form action="/lite/"><input name="q" value="moss"></form><table></table>'

    assert read(DuckDuckGo(), html).verdict == "empty"
    assert read(DuckDuckGo(), html.replace("moss", "")).verdict == "unrecognized"


def test_baidu_has_the_target_in_an_attribute_or_nowhere() -> None:
    """Without ``mu``, or with an invented one, the engine's own link stays."""
    html = serp_pages.baidu()
    fake = html.replace('mu="https://site1.example', 'mu="http://1.lightapp.baidu.com')
    urls = [read(Baidu(), text).records[0]["url"] for text in (fake, html.replace(" mu=", " x="))]

    assert urls == ["http://www.baidu.com/link?url=x0"] * 2


def test_baidu_has_ads_and_related_searches_on_request() -> None:
    """Enriched blocks are neither."""
    found = read(Baidu(), serp_pages.baidu(), *ALL)

    assert titles(found, "ad") == ["Buy moss"]
    assert titles(found, "related") == ["moss x"]
    assert "Videos" not in {entry["title"] for entry in found.records}


def test_blocks_of_baidu_are_results_where_there_is_nothing_else() -> None:
    """As on its page of news."""
    html = serp_pages.baidu().replace('"result c-container"', '"result-op c-container"')

    assert len(read(Baidu(), html).records) >= len(serp_pages.TITLES)


def test_the_way_back_is_no_next_page_of_baidu() -> None:
    """Both links have one class; the one ahead has the greater offset."""
    html, base = serp_pages.baidu(), "https://www.baidu.com/s?wd=moss"

    assert read(Baidu(), html, url=f"{base}&pn=20").next_url is None
    assert read(Baidu(), html, url=base).next_url == f"{base}&pn=10"


def test_yandex_leaves_out_answers_wizards_and_counters() -> None:
    """A label, the counter's host or another kind of search."""
    found = read(Yandex(), serp_pages.yandex(), *ALL, url="https://yandex.com/search/?text=moss")

    assert titles(found, "organic") == list(serp_pages.TITLES)
    assert titles(found, "ad") == ["Buy moss"]


def test_a_message_over_results_is_not_their_absence() -> None:
    """Yandex corrects spelling with the same element."""
    html = serp_pages.yandex() + '<div class="RequestMeta-Message">Corrected</div>'

    assert read(Yandex(), html).verdict == "ok"


def test_a_result_stands_once_unless_links_tell_nothing_apart() -> None:
    """Title and URL are the identity; where all links are one, no result is given up."""
    a, b = {"title": "A", "url": "u1"}, {"title": "B", "url": "u2"}
    same = [{"title": name, "url": "u"} for name in ("A", "B", "A")]

    assert once([a, b, a | {"snippet": "again"}]) == [a, b]
    assert once(same) == same
