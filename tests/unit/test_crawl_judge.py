from dataclasses import replace
from typing import Any

import orjson
import pytest

from schemas.payload import load_plan
from schemas.slice import Outcome
from tests.builders.judged import LIST, OPTIONS, PAYLOAD, answer, context, page
from workers.crawl.context import leaves
from workers.crawl.judge import judge
from workers.crawl.requests import request_for
from workers.errors import AddressRefused, FetchError, FetchTimeout
from workers.extraction.urls import page_key
from workers.fetchers.base import Exchange

ROUTES = "".join(f'<div class="card"><a href="/app#/{n}">{n}</a></div>' for n in (1, 2))


def keys_of(outcome: Outcome) -> tuple[list[str], list[str]]:
    """Return the keys that the records hold, and those of the pages that were found."""
    records = [orjson.loads(line) for line in (outcome.records or "").splitlines()]
    return [key for r in records for key in r["T_details"]], [d.key for d in outcome.details]


def test_routes_are_pages_of_their_own_in_a_browser_alone() -> None:
    """Records name the pages by the keys that these get, whoever fetches them."""
    plain, found = keys_of(judge(page(), answer(ROUTES), context()))
    assert plain == found == [page_key("http://site.test/app")] * 2

    shown = context()
    shown.chrome_hosts.add("site.test")
    routed, found = keys_of(judge(page(), answer(ROUTES), shown))
    assert routed == found
    assert len(set(routed)) == 2


def test_routes_of_an_empty_start_page_are_found_in_the_browser() -> None:
    """A host that needs a browser for its list needs it for its details."""
    routed, found = keys_of(judge(page(), answer(ROUTES), context(queue="chrome")))

    assert routed == found
    assert len(set(routed)) == 2


def test_a_page_gives_its_records_and_where_it_leads() -> None:
    """Details carry their place below the record, next pages the number that follows."""
    outcome = judge(page(), answer(), context())

    assert (outcome.step, outcome.verdict, outcome.status) == ("done", "ok", 200)
    assert outcome.record_count == 2
    assert orjson.loads((outcome.records or "").splitlines()[0]) == {
        "T_href": "http://site.test/1",
        "T_text": "One",
        "T_details": [page_key("http://site.test/1")],
    }
    assert [(d.url, d.position, d.admitted) for d in outcome.details] == [
        ("http://site.test/1", (1, 0, 0, 0, 1), True),
        ("http://site.test/2", (1, 1, 0, 0, 1), False),
    ]
    assert [(c.url, c.position, c.page_number, c.chain) for c in outcome.candidates] == [
        ("http://site.test/list?page=2", (2,), 2, 7)
    ]


def test_the_last_page_of_a_chain_leads_nowhere() -> None:
    """Its pageNum counts pages in all."""
    outcome = judge(page(page_number=3, position=(3,)), answer(), context())

    assert outcome.candidates == ()


def test_a_redirect_is_a_hop_and_another_site_must_be_asked_first() -> None:
    """On the same site robots.txt has been asked."""
    near = judge(page(), answer(status=302, location="/other"), context())
    far = judge(page(), answer(status=301, location="http://else.test/2"), context())

    assert (near.step, near.fetch_url, near.admitted) == ("hop", "http://site.test/other", True)
    assert (far.step, far.host, far.admitted) == ("hop", "else.test", False)


@pytest.mark.parametrize(
    ("status", "values", "step"),
    [
        (307, {}, "resend"),
        (308, {}, "resend"),
        (302, {}, "hop"),
        (303, {}, "hop"),
        (307, {"hops": 1, "resend": True}, "resend"),
        (307, {"hops": 1}, "hop"),
        (307, {"page_number": 2}, "hop"),
    ],
)
def test_some_redirects_ask_for_the_form_again(
    status: int, values: dict[str, Any], step: str
) -> None:
    """307 and 308 keep the start page's method and form, as long as no other came before."""
    form = context()
    form.plan = load_plan(
        PAYLOAD | {"request": {"url": "http://site.test/list", "formData": {"a": "1"}}}
    )

    assert judge(page(**values), answer(status=status, location="/x"), form).step == step


@pytest.mark.parametrize("location", ["file:///etc/passwd", "mailto:a@b.test", "javascript:1"])
def test_a_redirect_away_from_http_fails_its_page(location: str) -> None:
    """It is an end like any other: the slice and its other pages go on."""
    outcome = judge(page(), answer(status=302, location=location), context())

    assert (outcome.step, outcome.verdict) == ("done", "failed")
    assert "no http or https" in (outcome.error or "")


def test_a_page_that_is_tried_again_after_a_redirect_waits_for_its_first_host() -> None:
    """The next attempt starts at the page's own URL, so that host is the one to be paced."""
    outcome = judge(page(hops=1, host="else.test"), answer(status=503), context())

    assert (outcome.step, outcome.host) == ("retry", "site.test")


def test_the_form_goes_where_the_start_page_goes() -> None:
    """Method and form leave with the start page, and again where a redirect asked for them."""
    plan = load_plan(
        PAYLOAD | {"request": {"url": "http://site.test/list", "formData": {"a": "1"}}}
    )
    sent = [
        request_for(page(**values), plan, OPTIONS, "")
        for values in ({}, {"hops": 2, "resend": True}, {"hops": 2}, {"page_number": 2})
    ]

    assert [request.method for request in sent] == ["POST", "POST", "GET", "GET"]
    assert [len(request.form_data) for request in sent] == [1, 1, 0, 0]


def test_redirects_end() -> None:
    """The twenty-first hop fails the page."""
    outcome = judge(page(hops=20), answer(status=302, location="/x"), context())

    assert (outcome.step, outcome.verdict) == ("done", "failed")


@pytest.mark.parametrize(
    ("exchange", "attempt", "step", "delay"),
    [
        (answer(status=503), 1, "retry", 1.0),
        (answer(status=429, retry_after="9"), 2, "retry", 9.0),
        (answer(status=503), 4, "done", 0.0),
        (answer(status=404), 1, "done", 0.0),
        (Exchange(key=7, error=FetchTimeout()), 1, "retry", 1.0),
        (Exchange(key=7, error=AddressRefused()), 1, "done", 0.0),
    ],
)
def test_an_error_page_is_never_data(
    exchange: Exchange, attempt: int, step: str, delay: float
) -> None:
    """Whatever it holds, it gives no record and costs nothing."""
    outcome = judge(page(attempt=attempt), exchange, context())

    assert (outcome.step, outcome.delay) == (step, delay)
    assert outcome.records is None
    assert not outcome.charged
    assert outcome.error


@pytest.mark.parametrize("queue", ["base", "chrome"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [(f"%PDF-1.7 {LIST}", "text/html"), (LIST, "image/png; charset=utf-8"), (f"\0{LIST}", "")],
)
def test_a_file_is_a_failed_page_whatever_stands_in_it(body: str, kind: str, queue: str) -> None:
    """It gives no record, is tried neither again nor in a browser, and its error names it."""
    outcome = judge(page(), answer(body, content_type=kind), context(queue=queue))

    assert (outcome.step, outcome.verdict) == ("done", "failed")
    assert outcome.records is None
    assert not outcome.charged
    assert (outcome.error or "").startswith("not_html: ")


@pytest.mark.parametrize("header", ["text/html; charset=windows-1251", "text/html; charset=utf-8"])
def test_queries_of_links_are_in_the_charset_of_the_page(header: str) -> None:
    """The one that it came in, or that a browser says it read the page in."""
    body = f'<div class="card"><a href="/ж?q=ж">1</a></div>{LIST[-36:]}<a class="next" href="?ж">'
    exchange = answer(body, content_type=header)
    response = exchange.response
    assert response is not None
    if "1251" in header:
        response = replace(response, body=body.encode("cp1251"))
    else:
        response = replace(response, charset="windows-1251")
    outcome = judge(page(), replace(exchange, response=response), context())

    assert [each.url for each in outcome.details] == ["http://site.test/%D0%B6?q=%E6"]
    assert outcome.candidates[-1].url == "http://site.test/list?%E6"


def test_a_feed_gives_records() -> None:
    """It is read as XML: in HTML a link holds no text."""
    plan = load_plan({
        "name": "f", "format": "json", "request": {"url": "http://site.test/list"},
        "commonParent": "item", "fields": [{"name": "L", "selector": "link"}],
    })  # fmt: skip
    feed = "<rss><channel><item><link>http://a.test/</link></item></channel></rss>"
    outcome = judge(page(), answer(feed, content_type="text/html"), replace(context(), plan=plan))

    assert outcome.records == '{"L_text":"http://a.test/"}'


def test_an_empty_start_page_is_tried_once_more_with_a_browser() -> None:
    """By itself, uncharged, and said in the log; not where there is no browser, nor further on."""
    at = context()
    outcome = judge(page(), answer("<p>nothing"), at)

    assert outcome.step == "chrome"
    assert not outcome.charged
    assert "Chrome" in at.notes[0]
    for other in (
        judge(page(), answer("<p>nothing"), context(fallback=False)),
        judge(page(page_number=2), answer("<p>nothing"), context()),
        judge(page(), answer("<p>nothing"), context(queue="chrome")),
    ):
        assert (other.step, other.verdict, other.charged) == ("done", "empty", True)


def test_records_of_a_path_are_counted_where_they_come_out() -> None:
    """Above a path nothing counts, below it the leaves do."""
    plan = load_plan(PAYLOAD | {"path": True})

    assert leaves(plan) == {1}
    assert leaves(load_plan(PAYLOAD)) == {0}


def test_an_exchange_without_any_reason_is_a_failed_page() -> None:
    """A fetcher says why; if one does not, the page is not lost all the same."""
    outcome: Outcome = judge(page(), Exchange(key=7, error=FetchError()), context())

    assert (outcome.step, outcome.verdict) == ("done", "failed")


def test_a_payload_that_asks_is_told_how_the_page_was_found() -> None:
    """Its own address before redirects, where the run began, its number and its status."""
    asked = ["url", "finalUrl", "start", "number", "status"]
    fields = [{"name": name, "selector": f"page:{name}"} for name in asked]
    plan = load_plan(PAYLOAD | {"fields": [*fields, {"name": "T", "selector": "a"}]})
    found = page(page_number=2, first_url="http://site.test/first")
    outcome = judge(found, answer(), context(plan))

    record = orjson.loads((outcome.records or "").splitlines()[0])
    assert record == {
        "url_text": "http://site.test/first",
        "finalUrl_text": "http://site.test/list",
        "start_text": "http://site.test/list",
        "number_text": "2",
        "status_text": "200",
        "T_text": "One",
    }
