"""The base fetcher through HTTP and SOCKS5 proxies, and over TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders.tls import certificate, secure_server
from tests.site.proxy import ProxyServer
from tests.site.server import SiteServer
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.http.fetcher import HttpFetcher
from workers.net.trust import trust

Fetch = Callable[..., Exchange]
PUBLIC = "http://shop.example.com/echo"


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
def test_a_page_comes_through_a_proxy_with_credentials(
    fetch: Fetch, site: SiteServer, scheme: str, *, lenient: bool
) -> None:
    """The proxy is asked for the name, which is not resolved here, and gets its credentials."""
    with ProxyServer(("127.0.0.1", site.port), user="me:p@ss") as proxy:
        url = f"{scheme}://me:p%40ss@127.0.0.1:{proxy.port}"
        page = fetch(PUBLIC, proxy=url, lenient=lenient).response
        straight = fetch("/empty").response

    assert page is not None
    assert straight is not None
    assert "shop.example.com" in proxy.asked[0]
    assert len(proxy.asked) == 1
    assert "proxy-authorization" not in site.log[-1]["headers"]  # type: ignore[operator]


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_wrong_credentials_are_the_proxys_fault(
    fetch: Fetch, site: SiteServer, scheme: str, *, lenient: bool
) -> None:
    """The error is ProxyFailed, so that another is tried; it holds no password."""
    with ProxyServer(("127.0.0.1", site.port), user="me:right") as proxy:
        url = f"{scheme}://me:wrong-word@127.0.0.1:{proxy.port}"
        exchange = fetch(PUBLIC, proxy=url, lenient=lenient)

    assert exchange.error is not None
    assert exchange.error.code == "proxy_failed"
    assert "wrong-word" not in exchange.error.message


@pytest.mark.parametrize(
    "proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9", "http://no-such.invalid:1", "none://us"]
)
def test_a_proxy_that_is_not_there_is_a_passing_fault(fetch: Fetch, proxy: str) -> None:
    """Unreachable and missing proxies are ProxyFailed."""
    exchange = fetch(PUBLIC, proxy=proxy)

    assert exchange.error is not None
    assert (exchange.error.code, exchange.error.retry) == ("proxy_failed", True)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://169.254.169.254/",
     "http://metadata.google.internal/", "http://[::1]/", "http://intranet/"],
)  # fmt: skip
def test_a_proxy_is_not_asked_for_forbidden_targets(site: SiteServer, url: str) -> None:
    """Forbidden addresses and private names are refused before the proxy hears of them."""
    fetcher = HttpFetcher(FetcherOptions())
    with ProxyServer(("127.0.0.1", site.port)) as proxy:
        wish = FetchRequest(
            key=1, url=url.format(port=site.port), proxy=f"http://127.0.0.1:{proxy.port}"
        )
        fetcher.start(wish)
        exchange = fetcher.poll(5)[0]
        fetcher.close()

    assert exchange.error is not None
    assert exchange.error.code == "address_refused"
    assert proxy.asked == []


@pytest.fixture(params=[30])
def secure(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[int, Path]]:
    """A server with TLS: its port and its certificate's file."""
    path = certificate(tmp_path, "secure.example.com", request.param)
    with secure_server(path) as port:
        yield port, path


@pytest.fixture(autouse=True)
def _unread_trust() -> Iterator[None]:
    """Whom the machine trusts is read once a program, and each test says it anew."""
    trust.cache_clear()
    yield
    trust.cache_clear()


def _fetch(url: str, proxy: str = "", *, lenient: bool = False) -> Exchange:
    fetcher = HttpFetcher(FetcherOptions(allowed_networks=("127.0.0.1",)))
    fetcher.start(FetchRequest(key=1, url=url, timeout=5, proxy=proxy, lenient=lenient))
    ended = fetcher.poll(10)[0]
    fetcher.close()
    return ended


@pytest.mark.parametrize("lenient", [False, True])
def test_an_unknown_certificate_is_refused_for_good(
    secure: tuple[int, Path], *, lenient: bool
) -> None:
    """A certificate that nobody vouches for is a lasting fault."""
    exchange = _fetch(f"https://127.0.0.1:{secure[0]}/", lenient=lenient)

    assert exchange.error is not None
    assert (exchange.error.code, exchange.error.retry) == ("tls_failed", False)


@pytest.mark.parametrize(("secure", "good"), [(30, True), (-1, False)], indirect=["secure"])
def test_a_trusted_certificate_counts_as_long_as_it_is_valid(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch, *, good: bool
) -> None:
    """The system's trust store decides; what has expired is refused."""
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    exchange = _fetch(f"https://127.0.0.1:{secure[0]}/")

    assert (exchange.error is None) is good


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_tls_reaches_through_a_proxys_tunnel(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch, scheme: str, *, lenient: bool
) -> None:
    """CONNECT and SOCKS carry TLS to the named host, and the proxy's own headers are left out."""
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    with ProxyServer(("127.0.0.1", secure[0]), user="a:b") as proxy:
        url = f"{scheme}://a:b@127.0.0.1:{proxy.port}"
        exchange = _fetch("https://secure.example.com/", url, lenient=lenient)

    assert exchange.response is not None, exchange.error
    assert (exchange.response.body, exchange.response.header("x-proxy")) == (b"ok", None)
    assert proxy.asked == ["secure.example.com:443"]
