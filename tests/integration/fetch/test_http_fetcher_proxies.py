"""The base fetcher through HTTP and SOCKS5 proxies, and over TLS."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.site.proxy import ProxyServer
from tests.site.server import SiteServer
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest
from workers.fetchers.http.fetcher import HttpFetcher

Fetch = Callable[..., Exchange]
PUBLIC = "http://shop.example.com/echo"


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
def test_a_page_comes_through_a_proxy_with_credentials(
    fetch: Fetch, site: SiteServer, scheme: str
) -> None:
    """The proxy is asked for the name, which is not resolved here, and gets its credentials."""
    with ProxyServer(("127.0.0.1", site.port), user="me:p@ss") as proxy:
        url = f"{scheme}://me:p%40ss@127.0.0.1:{proxy.port}"
        page = fetch(PUBLIC, proxy=url).response
        straight = fetch("/empty").response

    assert page is not None
    assert straight is not None
    assert "shop.example.com" in proxy.asked[0]
    assert len(proxy.asked) == 1
    assert "proxy-authorization" not in site.log[-1]["headers"]  # type: ignore[operator]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_wrong_credentials_are_the_proxys_fault(
    fetch: Fetch, site: SiteServer, scheme: str
) -> None:
    """The error is ProxyFailed, so that another is tried; it holds no password."""
    with ProxyServer(("127.0.0.1", site.port), user="me:right") as proxy:
        exchange = fetch(PUBLIC, proxy=f"{scheme}://me:wrong-word@127.0.0.1:{proxy.port}")

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


class _Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _certificate(folder: Path, name: str, days: int) -> Path:
    """Write a self-signed certificate for 127.0.0.1 with its key, valid for ``days`` from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName(name)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(params=[30])
def secure(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[int, Path]]:
    """A server with TLS: its port and its certificate's file."""
    path = _certificate(tmp_path, "secure.example.com", request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield int(server.server_address[1]), path
        server.shutdown()
        thread.join()


def _fetch(url: str, proxy: str = "") -> Exchange:
    fetcher = HttpFetcher(FetcherOptions(allowed_networks=("127.0.0.1",)))
    fetcher.start(FetchRequest(key=1, url=url, timeout=5, proxy=proxy))
    ended = fetcher.poll(10)[0]
    fetcher.close()
    return ended


def test_an_unknown_certificate_is_refused_for_good(secure: tuple[int, Path]) -> None:
    """A certificate that nobody vouches for is a lasting fault."""
    exchange = _fetch(f"https://127.0.0.1:{secure[0]}/")

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


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_tls_reaches_through_a_proxys_tunnel(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """CONNECT and SOCKS carry TLS to the named host, and the proxy's own headers are left out."""
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    with ProxyServer(("127.0.0.1", secure[0]), user="a:b") as proxy:
        exchange = _fetch("https://secure.example.com/", f"{scheme}://a:b@127.0.0.1:{proxy.port}")

    assert exchange.response is not None, exchange.error
    assert (exchange.response.body, exchange.response.header("x-proxy")) == (b"ok", None)
    assert proxy.asked == ["secure.example.com:443"]
