"""The base fetcher on answers that are none, and on addresses that it must not reach."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.site.server import SiteServer
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.http import handle
from workers.fetchers.http.fetcher import HttpFetcher

Fetch = Callable[..., Exchange]


def code(exchange: Exchange) -> str | None:
    return exchange.error.code if exchange.error else None


def fetch_with(networks: tuple[str, ...], url: str, *, resolve: str = "") -> Exchange:
    """Fetch with a fetcher of these networks; ``resolve`` is what the name service would say."""
    fetcher = HttpFetcher(FetcherOptions(allowed_networks=networks))
    if resolve:
        made = fetcher._new_handle()  # noqa: SLF001 - the only place where a name can be faked
        made.curl.setopt(handle.pycurl.RESOLVE, [resolve])
        fetcher._idle.append(made)  # noqa: SLF001 - as above
    fetcher.start(FetchRequest(key=7, url=url, timeout=5))
    ended = list(fetcher.poll(10))
    fetcher.close()
    return ended[0]


@pytest.mark.parametrize(
    ("path", "expected", "passing"),
    [
        ("/reset", "connection_failed", True),
        ("/reset?after=1", "connection_failed", True),
        ("/cut", "connection_failed", True),
        ("/say/nothing", "connection_failed", True),
        ("/say/cutchunk", "connection_failed", True),
        ("/say/cuthead", "connection_failed", True),
        ("/say/badchunk", "connection_failed", True),
        ("/coding/gzip?cut=10", "connection_failed", True),
        ("/coding/br?cut=10", "connection_failed", True),
        ("/coding/zstd?cut=10", "connection_failed", True),
        ("/coding/liar", "bad_content", False),
        ("/say/http09", "bad_content", False),
        ("/say/garbage", "bad_content", False),
        ("/say/lengths", "bad_content", False),
        ("/headers?count=40&size=9000", "response_too_long", False),
        ("/headers?count=6000&size=1", "response_too_long", False),
    ],
)
def test_every_fault_has_its_class(
    fetch: Fetch, path: str, expected: str, *, passing: bool
) -> None:
    """What is no whole, decent answer is an error, and says whether another try may help."""
    exchange = fetch(path)

    assert code(exchange) == expected
    assert exchange.error is not None
    assert exchange.error.retry is passing


@pytest.mark.parametrize(
    "path",
    ["/hang", "/slow?seconds=60", "/drip?bytes=600&every=0.1", "/drip-head?bytes=600&every=0.1"],
)
def test_the_time_is_for_the_whole_exchange(fetch: Fetch, path: str) -> None:
    """A server that never answers, or drips, ends at the deadline, however lively it is."""
    began = time.monotonic()
    exchange = fetch(path, timeout=0.5)

    assert code(exchange) == "timeout"
    assert time.monotonic() - began < 20
    assert 400 <= exchange.milliseconds <= 20_000


def test_a_slow_page_holds_up_nobody(fetcher: HttpFetcher, site: SiteServer) -> None:
    """Quick pages end while a slow one is still in flight."""
    fetcher.start(FetchRequest(key=0, url=site.url + "/hang", timeout=20))
    for key in range(1, 21):
        fetcher.start(FetchRequest(key=key, url=site.url + "/echo"))
    ended: list[Exchange] = []
    while len(ended) < 20:
        ended += fetcher.poll(5)

    assert {exchange.key for exchange in ended} == set(range(1, 21))
    assert fetcher.in_flight == 1


def test_a_closed_port_and_an_unknown_name_have_their_errors(fetch: Fetch) -> None:
    """Refused connections and names without addresses are passing faults."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        refused = fetch(f"http://127.0.0.1:{port}/")
    unknown = fetch("http://no-such-host.invalid/")

    assert code(refused) == "connection_failed"
    assert code(unknown) == "dns_failed"


def test_an_error_leaves_the_handle_fit_for_the_next_page(fetch: Fetch) -> None:
    """After each kind of fault the same fetcher fetches a page."""
    for path in ("/reset", "/cut", "/coding/liar", "/say/http09"):
        fetch(path)
        page = fetch("/echo").response

        assert page is not None
        assert page.status == 200


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        ((), "address_refused"),
        (("10.0.0.0/8",), "address_refused"),
        (("127.0.0.1/32:1",), "address_refused"),
        (("127.0.0.1/32",), None),
        (("127.0.0.1/32:{port}",), None),
    ],
)
def test_loopback_is_refused_unless_opened(
    site: SiteServer, networks: tuple[str, ...], expected: str | None
) -> None:
    """ALLOWED_NETWORKS opens ranges, also at one port alone; nothing reaches a refused host."""
    opened = tuple(text.format(port=site.port) for text in networks)
    exchange = fetch_with(opened, site.url + "/echo")

    assert code(exchange) == expected
    assert site.paths() == ([] if expected else ["/echo"])


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "169.254.169.254", "192.168.1.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.1"],
)
def test_private_and_metadata_addresses_are_refused_at_once(address: str) -> None:
    """No packet leaves for them: it is no timeout that ends the exchange."""
    exchange = fetch_with((), f"http://{address}/")

    assert code(exchange) == "address_refused"


def test_a_public_name_that_points_inside_is_refused(site: SiteServer) -> None:
    """The address counts, not the name (DNS rebinding)."""
    exchange = fetch_with(
        (), f"http://inside.example:{site.port}/", resolve=f"inside.example:{site.port}:127.0.0.1"
    )

    assert code(exchange) == "address_refused"
    assert site.paths() == []


def test_of_mixed_addresses_only_the_allowed_one_is_reached(site: SiteServer) -> None:
    """Every DNS answer is checked; a forbidden one is passed over, never connected to."""
    with SiteServer(site.port, host="127.0.0.2") as forbidden:
        exchange = fetch_with(
            ("127.0.0.1/32",),
            f"http://mixed.example:{site.port}/echo",
            resolve=f"mixed.example:{site.port}:127.0.0.2,127.0.0.1",
        )

        assert code(exchange) is None
        assert site.paths() == ["/echo"]
        assert forbidden.accepted == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://127.0.0.1\\@example.com/",
        "http://user:pw@example.com/",
        "http://0x7f.1/",
        "http://example.com:6379/",
        "nonsense",
        "",
    ],
)
def test_urls_that_can_never_be_fetched_are_errors(fetch: Fetch, url: str) -> None:
    """A bad URL comes back as an exchange with the caller's key, and raises nothing."""
    exchange = fetch(url) if "://" in url else fetch_with((), url)

    assert code(exchange) == "bad_url"


@pytest.mark.parametrize(
    "wish",
    [
        {"method": "GET / HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET"},
        {"method": ""},
        {"headers": (("X-A", "\ud800"),)},
        {"cookies": (("a", "\ud800"),)},
        {"form_data": (("a", "\ud800"),), "method": "POST"},
    ],
)
def test_requests_that_can_not_be_sent_are_errors(
    fetch: Fetch, site: SiteServer, wish: dict[str, object]
) -> None:
    """Nothing leaves, nothing is raised, and the fetcher goes on."""
    refused = fetch("/echo", **wish)

    assert code(refused) == "bad_url"
    assert site.paths() == []
    assert code(fetch("/echo")) is None


def test_the_environments_proxies_are_ignored(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """http_proxy and its like in the environment are not ours."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert code(fetch("/echo")) is None


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port whose server takes connections and closes them before TLS begins."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def serve() -> None:
            server.settimeout(0.1)
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                connection.recv(100)
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        done.set()
        thread.join()


def test_a_tls_handshake_that_is_cut_off_is_passing(deaf_port: int) -> None:
    """A connection lost in the handshake is a connection lost, not a bad certificate."""
    exchange = fetch_with(("127.0.0.1",), f"https://127.0.0.1:{deaf_port}/")

    assert code(exchange) == "connection_failed"
