from __future__ import annotations

import socket
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest

from schemas.plan import Action
from tests.integration.chrome.browsers import filled
from tests.site.dynamic.reading import wait_for
from tests.site.dynamic.serve import Canary, DynamicSite
from workers import errors
from workers.fetchers.base import Exchange, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher

Fetch = Callable[..., Exchange]

WORKER = "new Worker(URL.createObjectURL(new Blob([`fetch('{http}', {{mode: 'no-cors'}})`])))"

WAYS = {
    "fetch": "<script>fetch('{http}', {{mode: 'no-cors'}})</script>",
    "beacon": "<script>navigator.sendBeacon('{http}', 'x')</script>",
    "xhr": "<script>x = new XMLHttpRequest(); x.open('GET', '{http}'); x.send()</script>",
    "script": "<script src='{http}'></script>",
    "style": "<link rel=stylesheet href='{http}'>",
    "image": "<img src='{http}'><script>new Image().src = '{http}'</script>",
    "media": "<video src='{http}' autoplay></video><audio src='{http}' preload=auto></audio>",
    "frame": "<iframe src='{http}'></iframe>",
    "object": "<object data='{http}'></object><embed src='{http}'>",
    "websocket": "<script>new WebSocket('{ws}')</script>",
    "event source": "<script>new EventSource('{http}')</script>",
    "web transport": "<script>new WebTransport('{https}').ready.catch(() => 0)</script>",
    "refresh": "<meta http-equiv=refresh content='0; url={http}'>",
    "location": "<script>location = '{http}'</script>",
    "form": "<form id=f method=post action='{http}'></form><script>f.submit()</script>",
    "popup": "<script>open('{http}')</script><a id=a target=_blank href='{http}'>x</a>"
    "<script>a.click()</script>",
    "prefetch": "<link rel=prefetch href='{http}'><link rel=preconnect href='{http}'>"
    "<link rel=dns-prefetch href='{http}'><link rel=preload as=fetch href='{http}'>",
    "prerender": "<script type=speculationrules>"
    '{{"prerender": [{{"source": "list", "urls": ["{http}"]}}]}}</script>',
    "ping": "<a id=a href='#x' ping='{http}'>x</a><script>a.click()</script>",
    "download": "<a id=a download href='{http}'>x</a><script>a.click()</script>",
    "worker": f"<script>{WORKER}</script>",
    "redirect": "<script>fetch('/redirect?to={http}', {{mode: 'no-cors'}})</script>",
    "ipv6 mapped": "<script>fetch('http://[::ffff:7f00:2]:{port}/', {{mode: 'no-cors'}})</script>",
    "odd spelling": "<script>fetch('http://0x7f000002:{port}/', {{mode: 'no-cors'}})</script>"
    "<script>fetch('http://127.2:{port}/', {{mode: 'no-cors'}})</script>",
    "webrtc": "<script>p = new RTCPeerConnection({{iceServers: ["
    "{{urls: 'stun:127.0.0.2:{port}'}}, {{urls: 'turn:127.0.0.2:{port}?transport=tcp',"
    " username: 'u', credential: 'c'}}]}});"
    "p.createDataChannel('c'); p.createOffer().then((o) => p.setLocalDescription(o))</script>",
}
"""Every way known to reach another address from a page, as HTML with a place for the address."""


@pytest.mark.parametrize("way", WAYS)
def test_no_way_out_of_a_page_reaches_a_forbidden_address(
    fetch: Fetch, canary: Canary, way: str
) -> None:
    """A listener at an address the guard forbids never hears from the browser."""
    fetch(f"/html?body={quote(filled(WAYS[way], canary))}", wait_delay=0.4)

    assert canary.sung == []


def test_the_canary_sings_when_its_address_is_allowed(
    make_fetcher: Callable[..., ChromeFetcher], dynamic_site: DynamicSite, canary: Canary
) -> None:
    """The test above could fail: with the guard open, its ways do reach the listener."""
    fetcher = make_fetcher(allowed_networks=("127.0.0.0/8",))
    for key, way in enumerate(("fetch", "websocket", "worker", "frame")):
        url = f"{dynamic_site.url}/html?body={quote(filled(WAYS[way], canary))}"
        fetcher.start(FetchRequest(key=key, url=url))
    wait_for(fetcher)

    assert len(canary.sung) >= 4


def test_a_service_worker_cannot_get_out_either(
    fetch: Fetch, dynamic_site: DynamicSite, canary: Canary
) -> None:
    """It escapes the routing of pages, but not the browser's only way out."""
    script = filled(
        "fetch('/alive'); fetch('{http}', {{mode: 'no-cors'}}); new WebSocket('{ws}')",
        canary,
    )
    dynamic_site.extra["/sw.js"] = (200, {"Content-Type": "text/javascript"}, script.encode())
    body = quote("<script>navigator.serviceWorker.register('/sw.js')</script>")
    fetch(f"/html?body={body}", wait_delay=1.0)

    assert "/alive" in dynamic_site.paths()
    assert canary.sung == []


@pytest.mark.parametrize("where", ["http://127.0.0.2:{port}/", "http://127.0.0.2:{port}/x?y#z"])
def test_a_forbidden_start_page_is_refused(
    make_fetcher: Callable[..., ChromeFetcher], canary: Canary, where: str
) -> None:
    """The guard's reason comes back, and nothing is connected to."""
    fetcher = make_fetcher(allowed_networks=())
    fetcher.start(FetchRequest(key=1, url=where.format(port=canary.port)))
    exchange = wait_for(fetcher)[0]

    assert isinstance(exchange.error, errors.AddressRefused)
    assert canary.sung == []


def test_a_redirect_to_a_forbidden_address_is_refused(fetch: Fetch, canary: Canary) -> None:
    """Each hop passes the guard, and the refusal names itself."""
    exchange = fetch(f"/redirect?to=http://127.0.0.2:{canary.port}/")

    assert isinstance(exchange.error, errors.AddressRefused)
    assert canary.sung == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "chrome://version", "devtools://devtools/bundled/inspector.html",
     "about:blank", "data:text/html,x", "view-source:http://127.0.0.1/", "javascript:1"],
)  # fmt: skip
def test_only_http_urls_are_opened(fetch: Fetch, url: str) -> None:
    """Files and the browser's own pages are no pages of the web."""
    exchange = fetch(url)

    assert isinstance(exchange.error, errors.BadUrl)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "chrome://version", "chrome://gpu", "devtools://devtools/bundled/x",
     "view-source:file:///etc/passwd"],
)  # fmt: skip
def test_a_page_cannot_lead_to_files_or_to_the_browsers_own_pages(fetch: Fetch, url: str) -> None:
    """Neither by script, nor by link, nor in a frame."""
    body = quote(
        f"<p>start</p><iframe src='{url}'></iframe><a id=a href='{url}'>x</a>"
        f"<script>a.click(); setTimeout(() => location = '{url}', 50)</script>"
    )
    exchange = fetch(f"/html?body={body}", wait_delay=0.4)

    assert exchange.response is not None
    assert b"start" in exchange.response.body
    assert b"root:" not in exchange.response.body
    assert exchange.response.url.startswith("http://127.0.0.1:")


def test_the_gate_lets_nobody_else_through(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """Who finds its port has no password."""
    from workers.fetchers.chrome.thread import _threads  # noqa: PLC0415 - to find the port

    fetch("/empty.html")
    running = next(one for thread in _threads.values() for one in thread.pool.browsers)
    answers = []
    for auth in ("", "Proxy-Authorization: Basic eDp5\r\n"):
        with socket.create_connection(("127.0.0.1", running.egress.port), 5) as connection:
            request = f"GET {dynamic_site.url}/secret HTTP/1.1\r\nHost: x\r\n{auth}\r\n"
            connection.sendall(request.encode())
            answers.append(connection.recv(4096)[:12])

    assert answers == [b"HTTP/1.1 407", b"HTTP/1.1 407"]
    assert "/secret" not in dynamic_site.paths()


def test_a_page_cannot_write_files(fetch: Fetch) -> None:
    """A download that a page starts by itself is refused, and the page goes on."""
    body = quote("<p>still here</p><a id=a href='/download'>x</a>")
    exchange = fetch(f"/html?body={body}", actions=(Action(kind="click", selector="#a"),))
    time.sleep(0.1)

    assert exchange.response is not None
    assert b"still here" in exchange.response.body
