"""The base fetcher, asked to read past a malformed head: as bounded and guarded as any exchange."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.site.faults import REDIRECTS
from tests.site.pages import CODERS, PASSWORD, TEXT
from tests.site.server import SiteServer
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.http.fetcher import HttpFetcher

Fetch = Callable[..., Exchange]
MALFORMED = ["nocolon", "nolength", "nul", "junk"]


@pytest.fixture
def read(fetch: Fetch) -> Fetch:
    """Fetch a page of the site leniently."""

    def one(path: str, **options: object) -> Exchange:
        return fetch(path, lenient=True, **options)

    return one


def shown(exchange: Exchange) -> dict[str, Any]:
    assert exchange.response is not None, exchange.error
    answer: dict[str, Any] = json.loads(exchange.response.body)
    return answer


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_head_is_an_error_that_says_how_to_read_it(fetch: Fetch, name: str) -> None:
    """The strict reader gives up; the same page is there for who reads on."""
    strict, lenient = fetch(f"/say/{name}"), fetch(f"/say/{name}", lenient=True)

    assert strict.error is not None
    assert (strict.error.code, strict.error.lenient) == ("bad_content", True)
    assert lenient.response is not None, lenient.error
    assert (lenient.response.status, lenient.response.body) == (200, b"ok")


@pytest.mark.parametrize("name", ["http09", "garbage", "lengths"])
def test_what_nobody_can_trust_fails_for_good(read: Fetch, name: str) -> None:
    """And is not read a third time."""
    error = read(f"/say/{name}").error

    assert error is not None
    assert (error.code, error.retry, error.lenient) == ("bad_content", False, False)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/reset", "connection_failed"), ("/cut", "connection_failed"),
        ("/say/nothing", "connection_failed"), ("/say/cutchunk", "connection_failed"),
        ("/coding/gzip?cut=10", "connection_failed"), ("/bomb/gzip", "response_too_long"),
        ("/huge?bytes=200000000", "response_too_long"),
        ("/headers?count=40&size=9000", "response_too_long"),
    ],
)  # fmt: skip
def test_cut_and_long_answers_are_errors_as_ever(read: Fetch, path: str, code: str) -> None:
    """Leniency ends with the head."""
    error = read(path, max_bytes=1_000_000).error

    assert error is not None
    assert error.code == code


@pytest.mark.parametrize("path", ["/hang", "/drip?bytes=600", "/drip-head?bytes=600"])
def test_the_time_is_for_the_whole_exchange(read: Fetch, path: str) -> None:
    """Silent or dripping, it ends at its deadline."""
    began = time.monotonic()
    error = read(path, timeout=0.5).error

    assert error is not None
    assert error.code == "timeout"
    assert time.monotonic() - began < 15


def test_requests_are_what_libcurl_would_send(fetch: Fetch, site: SiteServer) -> None:
    """The same headers and target; the connection is closed behind it."""
    sent = (("User-Agent", "Testbot"), ("X-One", "ü"), ("X-None", ""))
    there = [
        shown(fetch("/echo/ü?q=a b", headers=sent, cookies=(("a", "1"),), lenient=lenient))
        for lenient in (False, True)
    ]
    headers = [{k: v for k, v in one["headers"].items() if k != "connection"} for one in there]

    assert headers[0] == headers[1]
    assert len(set(site.paths())) == 1
    assert there[1]["headers"]["connection"] == "close"


def test_cookies_are_kept_and_sent(fetch: Fetch, read: Fetch, fetcher: HttpFetcher) -> None:
    """One jar serves both ways of reading."""
    read("/cookies/set?a=1&b=2")
    jar = fetcher.cookies()
    fetch("/cookies/set?a=3")

    assert len(jar) == 2
    assert shown(fetch("/cookies/show")) == shown(read("/cookies/show")) == {"a": "3", "b": "2"}


def test_a_session_opens_what_is_private(fetch: Fetch, read: Fetch) -> None:
    """A cookie that a form's answer set."""
    fetch("/login", method="POST", form_data=(("password", PASSWORD),))
    page = read("/private").response

    assert page is not None
    assert page.status == 200


def test_a_form_is_never_sent_a_second_time(read: Fetch, site: SiteServer) -> None:
    """It does something at the site."""
    error = read("/echo", method="POST", form_data=(("a", "1"),)).error

    assert error is not None
    assert error.code == "bad_url"
    assert site.paths() == []


@pytest.mark.parametrize("name", sorted(set(CODERS) - {"liar"}))
def test_content_codings_are_undone(read: Fetch, name: str) -> None:
    """As in any answer."""
    page = read(f"/coding/{name}").response

    assert page is not None
    assert page.body.decode() == TEXT


@pytest.mark.parametrize("name", sorted(REDIRECTS))
def test_a_redirect_needs_no_body(read: Fetch, name: str) -> None:
    """Its head is enough."""
    response = read(f"/away/{name}").response

    assert response is not None
    assert (response.status, response.header("location"), response.body) == (302, "/echo", b"")


def test_head_has_no_body(read: Fetch) -> None:
    """Whatever length it names."""
    response = read("/shop/3x2/page/1", method="HEAD").response

    assert response is not None
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize(("networks", "code"), [((), "address_refused"), (("127.0.0.1/32",), None)])
def test_the_guard_is_asked(site: SiteServer, networks: tuple[str, ...], code: str | None) -> None:
    """Nothing reaches a refused host this way either."""
    fetcher = HttpFetcher(FetcherOptions(allowed_networks=networks))
    fetcher.start(FetchRequest(key=1, url=site.url + "/echo", timeout=5, lenient=True))
    exchange = fetcher.poll(10)[0]
    fetcher.close()

    assert (exchange.error.code if exchange.error else None) == code
    assert site.paths() == ([] if code else ["/echo"])


def test_many_at_once_hold_nobody_up(fetcher: HttpFetcher, site: SiteServer) -> None:
    """Lenient and other exchanges share one loop; closing abandons what is left."""
    fetcher.start(FetchRequest(key=0, url=site.url + "/hang", timeout=20, lenient=True))
    for key in range(1, 21):
        path = f"/shop/9x100/item/{key}"
        fetcher.start(FetchRequest(key=key, url=site.url + path, lenient=bool(key % 2)))
    ended: list[Exchange] = []
    while len(ended) < 20:
        ended += fetcher.poll(5)
    in_flight = fetcher.in_flight
    fetcher.close()

    assert {exchange.key for exchange in ended if exchange.response} == set(range(1, 21))
    assert in_flight == 1
