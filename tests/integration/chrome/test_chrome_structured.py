"""Slices over a real site, by plain HTTP and in a browser: what pages say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from schemas.payload import load_plan
from schemas.slice import Outcome
from tests.builders.judged import OPTIONS
from tests.site.dynamic.serve import DynamicSite
from workers.crawl import run_slice
from workers.crawl.memory_ports import MemoryPorts
from workers.fetchers.base import FetcherOptions
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.http.fetcher import HttpFetcher

Run = Callable[..., list[Outcome]]

HTML = {"Content-Type": "text/html; charset=utf-8"}
HEAD = "<html lang=sk><title>Shop</title><meta property=og:site_name content=Wood>"
ITEMS = """<script type="application/ld+json">{"@graph": [
 {"@type": "Product", "name": "Oak", "offers": {"@type": "Offer", "price": "12.50"}},
 {"@type": "Product", "name": "Elm", "image": "/e.png"},
]}</script>"""
EVENTS = """<article itemscope itemtype=https://schema.org/Event><h2 itemprop=name>Fair</h2>
<time itemprop=startDate datetime=2026-05-01>soon</time><dl><dt>Hall<dd>A</dl></article>
<article itemscope itemtype=https://schema.org/Event><h2 itemprop=name>Ball</h2>
<i>pred 2 hodinami</i></article>"""


@pytest.fixture(params=["base", "chrome"])
def run(
    request: pytest.FixtureRequest,
    dynamic_site: DynamicSite,
    make_fetcher: Callable[..., ChromeFetcher],
) -> Iterator[Run]:
    """Serve pages and run a payload over them; in the browser each is written by a script."""
    kind = request.param
    options = replace(OPTIONS, queue=kind, respect_robots=False, max_bytes=10**6)
    made: list[HttpFetcher] = []

    def fetcher() -> Any:  # of one slice
        if kind == "chrome":
            return make_fetcher()
        made.append(HttpFetcher(FetcherOptions(allowed_networks=("127.0.0.1/32",))))
        return made[-1]

    def outcomes(pages: dict[str, str], payload: dict[str, Any]) -> list[Outcome]:
        for path, page in pages.items():
            script = f"<script>document.write(decodeURIComponent('{quote(page)}'))</script>"
            body = script if kind == "chrome" else page
            dynamic_site.extra[path] = (200, HTML, body.encode())
        asked = {"url": f"{dynamic_site.url}/list", "type": kind}
        plan = load_plan(payload | (asked if "capture" in payload else {"request": asked}))
        ports = MemoryPorts(plan, fetcher(), queue=kind, admitted=True)
        run_slice(plan, ports, options, frozenset())
        return ports.done

    yield outcomes
    for one in made:
        one.close()


def _payload(parent: str | None, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    at = {} if parent is None else {"commonParent": parent}
    return {"name": "p", "format": "json", "fields": list(fields), **at, **more}


def _field(name: str, selector: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "selector": selector, **more}


def _records(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for one in outcomes for line in (one.records or "").splitlines()]


def test_items_of_json_are_records(run: Run, dynamic_site: DynamicSite) -> None:
    """With what the page, its address and its place in the run say."""
    pages = {
        "/list": HEAD + ITEMS + "<a rel=next href=/more>more</a>",
        "/more": HEAD + ITEMS.replace("Oak", "Ash").replace("Elm", "Fir"),
    }
    payload = _payload(
        "jsonld:Product",
        _field("Name", "jsonld:Product.name"),
        _field("Price", "jsonld:Offer.price", filters=[{"name": "number"}]),
        _field("Image", "jsonld:Product.image", attrs=["src"]),
        _field("Site", "meta:og:site_name"),
        _field("Page", "page:url"),
        _field("Start", "page:start"),
        _field("No", "page:number"),
        _field("At", "page:position"),
        _field("Status", "page:status"),
        _field("Title", "page:title"),
        _field("Language", "page:language"),
        _field("Shop", "const:a"),
        paginator={"nextPageSelector": "a[rel=next]", "pageNum": 3},
    )

    records = _records(run(pages, payload))

    url = dynamic_site.url
    same = {"Site_text": "Wood", "Title_text": "Shop", "Language_text": "sk", "Shop_text": "a"}
    same |= {"Start_text": f"{url}/list", "Status_text": "200"}
    first, second, third, _ = records
    assert first == same | {
        "Name_text": "Oak",
        "Price_text": 12.5,
        "Page_text": f"{url}/list",
        "No_text": "1",
        "At_text": "1",
    }
    assert second == same | {
        "Name_text": "Elm",
        "Image_src": f"{url}/e.png",
        "Page_text": f"{url}/list",
        "No_text": "1",
        "At_text": "2",
    }
    assert (third["Name_text"], third["No_text"], third["At_text"]) == ("Ash", "2", "1")


def test_microdata_dates_and_markdown_of_blocks(run: Run) -> None:
    """Blocks are elements, in which other selectors look; relative dates count from the fetch."""
    payload = _payload(
        "microdata:Event",
        _field("Name", "microdata:Event.name"),
        _field("Start", "microdata:Event.startDate", filters=[{"name": "date"}]),
        _field("Seen", "i", filters=[{"name": "date"}]),
        _field("Title", "h2", attrs=["markdown"]),
        _field("Facts", ".", attrs=["pairs"]),
        _field("When", "page:fetchedAt"),
    )

    fair, ball = _records(run({"/list": HEAD + EVENTS}, payload))

    fetched = datetime.fromisoformat(fair.pop("When_text"))
    assert abs(datetime.now(UTC) - fetched) < timedelta(minutes=2)
    assert datetime.fromisoformat(ball["Seen_text"]) == fetched - timedelta(hours=2)
    assert ball["Name_text"] == "Ball"
    assert fair == {
        "Name_text": "Fair",
        "Start_text": "2026-05-01",
        "Title_markdown": "## Fair",
        "Facts_pairs": '{"Hall":"A"}',
    }


def test_a_page_without_blocks_is_one(run: Run) -> None:
    """With such fields alone; and nothing but constants is no record."""
    fields = (_field("Name", "jsonld:Product.name"), _field("Shop", "const:a"))

    assert _records(run({"/list": HEAD + ITEMS}, _payload(None, *fields))) == [
        {"Name_text": ["Oak", "Elm"], "Shop_text": "a"}
    ]
    assert _records(run({"/list": HEAD}, _payload(None, *fields))) == []


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"as": "text"}, "Menu\nFair\nsee all"),
        ({"as": "markdown"}, "## Fair\n\nsee [all]({url}/all)"),
        ({"as": "markdown", "whole": True}, "Menu\n\n## Fair\n\nsee [all]({url}/all)"),
    ],
)
def test_a_page_is_given_as_a_reader_sees_it(
    run: Run, dynamic_site: DynamicSite, members: dict[str, Any], text: str
) -> None:
    """Also where a script made it."""
    main = "<main><h2>Fair</h2><div>see <a href=/all>all</a></div></main>"
    body = f"{HEAD}<body><nav>Menu</nav>{main}"

    (outcome,) = run({"/list": body}, {"capture": "content", **members})

    assert outcome.document is not None
    expected = text.replace("{url}", dynamic_site.url)
    assert outcome.document.body.decode() == expected
