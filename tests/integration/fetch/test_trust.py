"""Authorities that only the operator knows, and hosts whose certificate is let be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from app.preflight import check
from tests.builders.tls import certificate, secure_server
from workers.errors import TlsFailed
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.http.fetcher import HttpFetcher
from workers.net import client, trust
from workers.net.client import Call
from workers.net.guard import parse_networks
from workers.settings import Settings, SettingsError, load

NETWORKS = ("127.0.0.0/8",)
Believe = Callable[..., None]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A certificate that stands for itself."""
    return certificate(tmp_path, "secure.example.com", 30)


@pytest.fixture
def url(pem: Path) -> Iterator[str]:
    """A page under it."""
    with secure_server(pem) as port:
        yield f"https://127.0.0.1:{port}/"


@pytest.fixture
def believe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Believe]:
    """Change what the operator's settings say of certificates."""

    def change(**settings: object) -> None:
        monkeypatch.setattr(trust, "settings", lambda: Settings(**settings))  # type: ignore[arg-type]
        trust.trust.cache_clear()

    yield change
    trust.trust.cache_clear()


def fetched(url: str) -> str:
    """Return ``ok`` or the code of the error, of a page and of a webhook alike."""
    fetcher = HttpFetcher(FetcherOptions(allowed_networks=NETWORKS))
    fetcher.start(FetchRequest(key=1, url=url, timeout=5))
    [exchange] = fetcher.poll(10)
    fetcher.close()
    with nullcontext() if exchange.error is None else pytest.raises(TlsFailed):
        client.send(Call(method="POST", url=url, headers={}), parse_networks(NETWORKS))
    return exchange.error.code if exchange.error else "ok"


def test_a_certificate_of_nobody_is_refused(believe: Believe, url: str) -> None:
    """By default each certificate is looked at."""
    believe()

    assert fetched(url) == "tls_failed"


def test_the_operators_authorities_are_believed_beside_the_usual(
    believe: Believe, url: str, pem: Path
) -> None:
    """EXTRA_CA_CERTS adds to the machine's own file and replaces nothing of it."""
    usual = Path(trust.ca_file("")).read_bytes()
    believe(extra_ca_certs=str(pem))

    assert fetched(url) == "ok"
    assert Path(trust.trust().ca_file).read_bytes().startswith(usual)


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize(
    ("hosts", "answer"), [(("127.0.0.1",), "ok"), (("127.0.0.2", "*.0.0.1.test"), "tls_failed")]
)
def test_a_host_that_is_named_is_let_be(
    believe: Believe, url: str, hosts: tuple[str, ...], answer: str
) -> None:
    """INSECURE_HOSTS opens those hosts and no other."""
    believe(insecure_hosts=hosts)

    assert fetched(url) == answer


@pytest.mark.parametrize(
    ("pattern", "host", "verified"),
    [
        ("shop.example", "shop.example", False),
        ("shop.example", "SHOP.example.", False),
        ("shop.example", "www.shop.example", True),
        ("*.shop.example", "a.b.shop.example", False),
        ("*.shop.example", "shop.example", True),
        ("*.shop.example", "badshop.example", True),
        ("::1", "[::1]", False),
    ],
)
def test_a_host_is_exact_or_below_a_name(pattern: str, host: str, *, verified: bool) -> None:
    """As operators know it from cookies and certificates."""
    assert trust.Trust(ca_file="", insecure_hosts=(pattern,)).verifies(host) is verified


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EXTRA_CA_CERTS", "/no/such/file.pem"),
        ("EXTRA_CA_CERTS", __file__),
        ("INSECURE_HOSTS", "https://shop.example"),
        ("INSECURE_HOSTS", "*"),
    ],
)
def test_what_can_mean_nothing_stops_the_start(variable: str, value: str) -> None:
    """A slip here would be found when a page fails, or never."""
    with pytest.raises(SettingsError, match=variable):
        check(load({variable: value}), {variable: value})
