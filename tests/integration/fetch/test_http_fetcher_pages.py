"""The base fetcher on answers that are pages: bodies, headers, cookies, methods, connections."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.site import truth
from tests.site.faults import REDIRECTS
from tests.site.pages import CODERS, PASSWORD, TEXT
from tests.site.server import SiteServer
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.http.fetcher import HttpFetcher

Fetch = Callable[..., Exchange]


def body(exchange: Exchange) -> bytes:
    assert exchange.response is not None, exchange.error
    return exchange.response.body


def echo_of(exchange: Exchange) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(body(exchange))
    return answer


def all_of(fetcher: HttpFetcher, requests: list[FetchRequest]) -> list[Exchange]:
    for request in requests:
        fetcher.start(request)
    ended: list[Exchange] = []
    while fetcher.in_flight:
        ended += fetcher.poll(5)
    return sorted(ended, key=lambda exchange: exchange.key)


def test_a_page_comes_back_with_status_headers_and_sizes(fetch: Fetch, site: SiteServer) -> None:
    """Status, lower-case headers, decoded body, bytes on the wire and milliseconds are given."""
    response = fetch("/shop/3x2/page/1?pad=9000").response

    assert response is not None
    assert (response.status, response.url) == (200, site.url + "/shop/3x2/page/1?pad=9000")
    assert response.header("content-type") == "text/html; charset=utf-8"
    assert truth.title(2).encode().replace(b"&", b"&amp;") in response.body
    assert 0 < response.wire_bytes < len(response.body)
    assert response.milliseconds >= 0


@pytest.mark.parametrize("name", sorted(set(CODERS) - {"liar"}))
def test_every_content_coding_is_undone(fetch: Fetch, name: str) -> None:
    """Gzip (also in members), deflate in both forms, br, zstd, several, and mistaken names."""
    assert body(fetch(f"/coding/{name}")).decode() == TEXT


@pytest.mark.parametrize("name", ["gzip", "zlib", "deflate", "br", "zstd"])
def test_a_bomb_is_too_long(fetch: Fetch, name: str) -> None:
    """64 MiB of zeros behind a small body end as ResponseTooLong."""
    error = fetch(f"/bomb/{name}", max_bytes=1_000_000).error

    assert error is not None
    assert error.code == "response_too_long"


@pytest.mark.parametrize(("size", "code"), [(50_000, None), (50_001, "response_too_long")])
def test_a_page_may_be_as_long_as_max_bytes(fetch: Fetch, size: int, code: str | None) -> None:
    """The bound is exact."""
    exchange = fetch(f"/huge?bytes={size}", max_bytes=50_000)

    assert (exchange.error.code if exchange.error else None) == code


def test_a_page_far_beyond_the_bound_is_not_read_to_its_end(fetch: Fetch) -> None:
    """What is longer than max_bytes is left unread."""
    began = time.monotonic()
    exchange = fetch("/huge?bytes=200000000", max_bytes=100_000)

    assert exchange.error is not None
    assert exchange.error.code == "response_too_long"
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("name", ["latin1", "utf8"])
def test_header_values_are_read_as_utf8_or_latin1(fetch: Fetch, name: str) -> None:
    """Non-ASCII header values survive in either encoding."""
    response = fetch(f"/say/{name}").response

    assert response is not None
    assert response.header("x-name") == "Grüße"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("hints", b"ok"), ("trailer", b"hello"), ("http10", b"until the end"), ("folded", b"ok")],
)
def test_unusual_but_decent_answers_are_pages(fetch: Fetch, name: str, expected: bytes) -> None:
    """Interim responses, trailers, HTTP/1.0 and folded headers are read."""
    assert body(fetch(f"/say/{name}")) == expected


def test_interim_headers_and_trailers_are_not_the_pages_headers(fetch: Fetch) -> None:
    """Only the final response's header block is reported."""
    hints, trailer = fetch("/say/hints").response, fetch("/say/trailer").response

    assert hints is not None
    assert trailer is not None
    assert hints.header("x-final") == "yes"
    assert hints.header("link") is None
    assert trailer.header("x-sum") is None


def test_head_and_empty_pages_have_no_body(fetch: Fetch) -> None:
    """HEAD, 204 and an empty page are responses without bytes."""
    assert body(fetch("/shop/3x2/page/1", method="HEAD")) == b""
    assert body(fetch("/say/nocontent")) == b""
    assert body(fetch("/empty")) == b""


def test_redirects_are_not_followed(fetch: Fetch, site: SiteServer) -> None:
    """A 3xx comes back as a response."""
    response = fetch("/redirect/3").response

    assert response is not None
    assert (response.status, response.header("location")) == (302, "/redirect/2")
    assert site.paths() == ["/redirect/3"]


@pytest.mark.parametrize("name", sorted(REDIRECTS))
def test_a_redirect_needs_no_body(fetch: Fetch, name: str) -> None:
    """Whatever follows its head: it is not waited for, read to its end, or decoded."""
    began = time.monotonic()
    response = fetch(f"/away/{name}", max_bytes=100_000).response

    assert response is not None
    assert (response.status, response.header("location"), response.body) == (302, "/echo", b"")
    assert response.wire_bytes < 120_000
    assert time.monotonic() - began < 15


def test_the_connection_of_a_redirect_with_a_short_body_is_used_again(
    fetch: Fetch, site: SiteServer
) -> None:
    """Most are short, and the next request goes to the same host."""
    before = site.accepted
    for _ in range(3):
        fetch("/away/short")

    assert site.accepted - before == 1


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_of_a_longer_body_its_beginning_may_be_enough(fetch: Fetch, coding: str) -> None:
    """`partial` cuts where others fail, coded or not."""
    path = f"/bomb/{coding}?mb=4" if coding else "/huge?bytes=4000000"
    page = fetch(path, max_bytes=1000, partial=True).response

    assert page is not None
    assert (page.status, len(page.body)) == (200, 1000)


def test_a_form_is_posted_urlencoded_and_the_next_page_is_a_plain_get(fetch: Fetch) -> None:
    """A form makes the body; nothing of it stays on the handle."""
    posted = echo_of(fetch("/echo", method="POST", form_data=(("q", "a b&ü"), ("n", "1"))))
    after = echo_of(fetch("/echo"))

    assert (posted["method"], posted["body"]) == ("POST", "q=a+b%26%C3%BC&n=1")
    assert posted["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert (after["method"], after["body"]) == ("GET", "")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_sent_as_they_are(fetch: Fetch, method: str) -> None:
    """The method of a request is the caller's."""
    assert echo_of(fetch("/echo", method=method))["method"] == method


def test_headers_are_the_callers_with_defaults_for_the_rest(fetch: Fetch) -> None:
    """Accept and Accept-Encoding have defaults; connection fields are not the caller's."""
    sent = (("User-Agent", "Testbot"), ("X-One", "ü"), ("X-None", ""), ("Content-Length", "99"))
    headers = echo_of(fetch("/echo", headers=sent))["headers"]
    chosen = echo_of(fetch("/echo", headers=(("Accept-Encoding", "identity"),)))["headers"]

    assert headers["user-agent"] == "Testbot"
    assert headers["x-none"] == ""
    assert headers["x-one"].encode("latin-1").decode() == "ü"
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "content-length" not in headers
    assert chosen["accept-encoding"] == "identity"
    assert "user-agent" not in chosen


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
def test_a_header_that_would_end_its_line_is_not_sent(
    fetch: Fetch, site: SiteServer, value: str
) -> None:
    """Control characters make the request an error and nothing leaves."""
    errors = [
        fetch("/echo", headers=(("X-A", value),)).error,
        fetch("/echo", cookies=(("a", value),)).error,
    ]

    assert [error.code for error in errors if error] == ["bad_url", "bad_url"]
    assert site.paths() == []


def test_cookies_are_kept_and_given_on(
    fetch: Fetch, fetcher: HttpFetcher, site: SiteServer
) -> None:
    """The jar serves the next page, and another fetcher that it is handed to."""
    fetch("/cookies/set?a=1&b=2")
    same = echo_of(fetch("/cookies/show"))
    jar = fetcher.cookies()
    options = FetcherOptions(
        allowed_networks=("127.0.0.1",), cookies=(*jar, "ALL", "Set-Cookie: x")
    )
    other = HttpFetcher(options)
    handed = echo_of(all_of(other, [FetchRequest(key=1, url=site.url + "/cookies/show")])[0])
    kept = other.cookies()
    other.close()

    assert same == handed == {"a": "1", "b": "2"}
    assert jar == kept


def test_a_login_form_opens_what_is_private(fetch: Fetch) -> None:
    """The session cookie of a POST's answer is sent with the next request."""
    before = fetch("/private").response
    answer = fetch("/login", method="POST", form_data=(("password", PASSWORD),)).response
    after = fetch("/private").response

    assert before is not None
    assert answer is not None
    assert after is not None
    assert [before.status, answer.status, after.status] == [403, 303, 200]


def test_a_requests_own_cookies_yield_to_what_the_server_set_since(fetch: Fetch) -> None:
    """A cookie of the payload is sent until the server sets one of that name, and not after."""
    first = echo_of(fetch("/cookies/show", cookies=(("session", "old"), ("x", "1"))))
    fetch("/cookies/set?session=new")
    then = echo_of(fetch("/cookies/show", cookies=(("session", "old"), ("x", "1"))))
    last = echo_of(fetch("/cookies/show"))

    assert first == {"session": "old", "x": "1"}
    assert then == {"session": "new", "x": "1"}
    assert last == {"session": "new"}


def test_cookies_do_not_travel_to_another_host(
    fetch: Fetch, fetcher: HttpFetcher, site: SiteServer
) -> None:
    """The jar is bound to the host that set the cookie."""
    fetch("/cookies/set?a=1")
    with SiteServer(host="127.0.0.2") as other:
        shown = echo_of(fetch(other.url + "/cookies/show"))

    assert shown == {}
    assert len(fetcher.cookies()) == 1
    assert site.paths() == ["/cookies/set?a=1"]


def test_a_hundred_pages_share_a_few_connections(fetcher: HttpFetcher, site: SiteServer) -> None:
    """Connections are reused from page to page, and every page gets its own body."""
    before = site.accepted
    pages = [
        FetchRequest(key=number, url=f"{site.url}/shop/9x100/item/{number}")
        for number in range(1, 101)
    ]
    ended: list[Exchange] = []
    for start in range(0, 100, 10):
        ended += all_of(fetcher, pages[start : start + 10])

    assert all(truth.sku(exchange.key).encode() in body(exchange) for exchange in ended)
    assert len(ended) == 100
    assert site.accepted - before <= 10


def test_a_url_is_sent_in_its_normal_form(fetch: Fetch, site: SiteServer) -> None:
    """Blanks, non-ASCII and fragments are treated as the WHATWG URL standard says."""
    fetch("/echo/ü b?q=é#part")

    assert site.paths() == ["/echo/%C3%BC%20b?q=%C3%A9"]


def test_poll_waits_when_nothing_is_in_flight(fetcher: HttpFetcher) -> None:
    """Polling an idle fetcher sleeps instead of spinning."""
    began = time.monotonic()
    ended = fetcher.poll(0.2)

    assert list(ended) == []
    assert 0.15 < time.monotonic() - began < 10


def test_close_abandons_what_is_in_flight(fetcher: HttpFetcher, site: SiteServer) -> None:
    """Closing at any time, twice too, is safe; polling a closed fetcher gives nothing."""
    fetcher.start(FetchRequest(key=1, url=site.url + "/hang"))
    fetcher.poll(0.1)
    fetcher.close()
    fetcher.close()

    assert list(fetcher.poll(1)) == []
    assert fetcher.in_flight == 0
    assert fetcher.cookies() == ()
