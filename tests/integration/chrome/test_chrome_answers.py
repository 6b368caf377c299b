from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from schemas.plan import Action
from tests.site.dynamic.reading import wait_for
from tests.site.dynamic.serve import Canary, DynamicSite
from workers import errors
from workers.fetchers.base import Exchange, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher

Fetch = Callable[..., Exchange]
Make = Callable[..., ChromeFetcher]


@pytest.mark.parametrize(("code", "body"), [(404, "<p>gone</p>"), (500, ""), (404, ""), (204, "")])
def test_an_error_status_is_a_response(fetch: Fetch, code: int, body: str) -> None:
    """What a status means is decided above the fetcher; an empty body changes nothing."""
    exchange = fetch(f"/status?code={code}&body={quote(body)}")

    assert exchange.response is not None, exchange.error
    assert exchange.response.status == code
    assert body.encode() in exchange.response.body


def test_redirects_are_followed_to_the_last_url(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """Url, status and body are the last page's."""
    exchange = fetch("/redirect?to=/redirect?to=/empty.html")

    assert exchange.response is not None
    assert exchange.response.url == f"{dynamic_site.url}/empty.html"
    assert exchange.response.status == 200


def test_redirects_in_a_circle_end(fetch: Fetch) -> None:
    """They end nowhere, and so does the page."""
    exchange = fetch("/redirect?to=%2Fredirect%3Fto%3D%252Fredirect", timeout=10.0)
    looping = fetch("/html?body=<script>location.reload()</script>", timeout=4.0)

    assert isinstance(exchange.error or looping.error, errors.FetchError)


def test_a_page_that_moves_on_by_itself_is_the_page_it_moves_to(fetch: Fetch) -> None:
    """The status and the body are of one document."""
    body = quote("<script>location = '/status?code=410&body=moved'</script>")
    exchange = fetch(f"/html?body={body}")

    assert exchange.response is not None
    assert exchange.response.status == 410
    assert b"moved" in exchange.response.body


def test_a_download_fails_the_page(fetch: Fetch) -> None:
    """A navigation that turns out to be a file has no document."""
    exchange = fetch("/download")

    assert isinstance(exchange.error, errors.NotHtml)


def test_text_and_json_are_given_as_they_are(fetch: Fetch) -> None:
    """A browser shows them in a viewer; records and robots.txt are read from the text itself."""
    text = fetch("/api/echo?text=User-agent:%20*")
    json = fetch("/api/items?from=0&count=1")

    assert text.response is not None
    assert json.response is not None
    assert text.response.body == b"User-agent: *"
    assert text.response.header("content-type") == "text/plain; charset=utf-8"
    assert json.response.body == b'[{"name": "Item 1"}]'


def test_a_page_with_too_many_bytes_fails(fetch: Fetch) -> None:
    """Sub-resources count as the page does."""
    body = quote("<p class=item>x</p><script src='/big?bytes=300000'></script>")
    exchange = fetch(f"/html?body={body}", max_bytes=200_000)

    assert isinstance(exchange.error, errors.ResponseTooLong)


def test_method_form_and_headers_go_with_the_first_navigation(
    fetch: Fetch, dynamic_site: DynamicSite
) -> None:
    """A POST with a form and headers of the payload; sub-resources get none of them."""
    fetch(
        "/heavy.html",
        form_data=(("a", "ü"), ("b", "2")),
        headers=(("X-Token", "t"), ("User-Agent", "Own/1")),
    )
    page, script = dynamic_site.seen

    assert (page[0], page[3]) == ("POST", b"a=%C3%BC&b=2")
    assert page[2]["X-Token"] == "t"
    assert page[2]["User-Agent"] == script[2]["User-Agent"] == "Own/1"
    assert script[0] == "GET"
    assert "X-Token" not in script[2]


def test_headers_do_not_follow_to_another_host(
    make_fetcher: Make, dynamic_site: DynamicSite
) -> None:
    """They may be credentials."""
    other = DynamicSite("127.0.0.2")
    fetcher = make_fetcher(allowed_networks=("127.0.0.0/8",))
    url = f"{dynamic_site.url}/redirect?to={quote(other.url + '/empty.html')}"
    fetcher.start(FetchRequest(key=1, url=url, headers=(("X-Token", "t"),), cookies=(("c", "1"),)))
    response = wait_for(fetcher)[0].response
    other.stop()

    assert response is not None
    assert dynamic_site.seen[0][2]["X-Token"] == "t"
    assert "c=1" in dynamic_site.seen[0][2]["Cookie"]
    assert "X-Token" not in other.seen[0][2]
    assert "Cookie" not in other.seen[0][2]


def test_cookies_come_in_and_go_out_as_netscape_lines(
    make_fetcher: Make, dynamic_site: DynamicSite
) -> None:
    """What a process' cookies were before is sent, and what the site sets is handed back."""
    line = "127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1"
    fetcher = make_fetcher(cookies=(line,), profile="cookies-in-and-out")
    url = f"{dynamic_site.url}/empty.html?cookie={quote('new=2; HttpOnly')}"
    fetcher.start(FetchRequest(key=1, url=url))
    wait_for(fetcher)

    assert "old=1" in dynamic_site.seen[0][2]["Cookie"]
    assert fetcher.cookies() == ("#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tnew\t2", line)


def test_a_profile_keeps_its_storage_and_no_other_sees_it(
    make_fetcher: Make, dynamic_site: DynamicSite
) -> None:
    """A later slice of the same process finds what the page stored; another process does not."""
    accept = Action(kind="click", selector="#accept")
    url = f"{dynamic_site.url}/consent.html"
    bodies = []
    for profile, actions in (("one", (accept,)), ("one", ()), ("two", ())):
        fetcher = make_fetcher(profile=profile)
        fetcher.start(FetchRequest(key=1, url=url, actions=actions))
        response = wait_for(fetcher)[0].response
        fetcher.close()
        assert response is not None
        bodies.append(response.body)

    assert b'id="overlay"' not in bodies[1]
    assert b'id="overlay"' in bodies[2]


def test_faults_of_the_way_have_their_own_errors(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """The egress proxy's reasons reach the caller through the browser."""
    port = dynamic_site.server_port

    assert isinstance(fetch("http://nowhere.invalid/").error, errors.DnsFailed)
    assert isinstance(fetch("http://127.0.0.1:21/").error, errors.BadUrl)
    assert isinstance(fetch("http://127.0.0.1:20999/").error, errors.ConnectionFailed)
    assert isinstance(fetch("https://127.0.0.1:20999/").error, errors.ConnectionFailed)
    assert isinstance(fetch(f"https://127.0.0.1:{port}/").error, errors.TlsFailed)
    assert isinstance(fetch("http://127.0.0.2/", proxy="none://xx").error, errors.ProxyFailed)
    assert isinstance(fetch("http://[::1]/").error, errors.AddressRefused)


def test_a_proxy_carries_the_page_and_the_guard_still_counts(
    make_fetcher: Make, dynamic_site: DynamicSite, canary: Canary
) -> None:
    """Through an upstream proxy: the page comes from it, and it is asked for nothing forbidden."""
    proxy = DynamicSite("127.0.0.3")
    proxy.extra["/"] = (200, {"Content-Type": "text/html"}, b"by proxy")
    fetcher = make_fetcher()
    upstream = f"http://user:word@127.0.0.3:{proxy.server_port}"
    fetcher.start(FetchRequest(key=1, url=f"{dynamic_site.url}/", proxy=upstream))
    fetcher.start(FetchRequest(key=2, url=f"http://127.0.0.2:{canary.port}/", proxy=upstream))
    good, bad = wait_for(fetcher)
    proxy.stop()

    assert good.response is not None
    assert b"by proxy" in good.response.body
    assert proxy.seen[0][2]["Proxy-Authorization"] == "Basic dXNlcjp3b3Jk"
    assert len(proxy.seen) == 1
    assert isinstance(bad.error, errors.AddressRefused)
    assert dynamic_site.seen == []


def test_each_page_goes_through_the_proxy_that_was_chosen_for_it(
    make_fetcher: Make, dynamic_site: DynamicSite
) -> None:
    """Two proxies and none at the same time, in one process: a context each, one cookie jar."""
    proxies = [DynamicSite(f"127.0.0.{last}") for last in (3, 4)]
    for number, proxy in enumerate(proxies):
        proxy.extra["/"] = (200, {"Content-Type": "text/html"}, b"by %d" % number)
    dynamic_site.extra["/"] = (200, {"Content-Type": "text/html"}, b"by none")
    fetcher = make_fetcher(profile="many-ways")
    ways = ["", *(f"http://127.0.0.{3 + n}:{p.server_port}" for n, p in enumerate(proxies))]
    for key, proxy in enumerate(ways * 2):
        fetcher.start(FetchRequest(key=key, url=f"{dynamic_site.url}/", proxy=proxy))
    bodies = [e.response.body if e.response else b"" for e in wait_for(fetcher)]
    for proxy in proxies:
        proxy.stop()

    ends = [body.decode().partition("by ")[2].partition("<")[0] for body in bodies]
    assert ends == ["none", "0", "1"] * 2


@pytest.mark.parametrize("kind", ["Worker", "SharedWorker"])
def test_what_a_worker_loads_counts_too(fetch: Fetch, dynamic_site: DynamicSite, kind: str) -> None:
    """A page's budget can't be slipped past by loading in a thread of its own."""
    script = b"for (let n = 0; n < 20; n++) fetch(`/big?bytes=500000&n=${n}`)"
    dynamic_site.extra["/worker.js"] = (200, {"Content-Type": "text/javascript"}, script)
    body = quote(f"<script>new {kind}('/worker.js')</script>")
    exchange = fetch(f"/html?body={body}", max_bytes=1_000_000, wait_delay=2.0)

    assert isinstance(exchange.error, errors.ResponseTooLong)
