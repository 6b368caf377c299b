"""A browser believes the operator's authorities, and lets the certificates of named hosts be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.tls import certificate, secure_server
from tests.integration.chrome.conftest import Believe, Fetch
from tests.missing import needed
from workers.fetchers.chrome import certificates


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A certificate that stands for itself."""
    return certificate(tmp_path, "secure.example.com", 30)


@pytest.fixture
def url(pem: Path) -> Iterator[str]:
    """A page under it."""
    with secure_server(pem) as port:
        yield f"https://127.0.0.1:{port}/"


def test_a_certificate_of_nobody_is_refused_in_the_browser(fetch: Fetch, url: str) -> None:
    """By default each certificate is looked at."""
    exchange = fetch(url)

    assert exchange.error is not None
    assert exchange.error.code == "tls_failed"


@pytest.mark.parametrize(
    ("hosts", "error"), [(("127.0.0.1",), None), (("127.0.0.2",), "tls_failed")]
)
def test_a_named_hosts_certificate_is_let_be_in_the_browser(
    believe: Believe, fetch: Fetch, url: str, hosts: tuple[str, ...], error: str | None
) -> None:
    """INSECURE_HOSTS opens those hosts and no other."""
    believe(insecure_hosts=hosts)
    exchange = fetch(url)

    assert (exchange.error.code if exchange.error else None) == error


def test_the_operators_authorities_are_believed_in_the_browser(
    believe: Believe, fetch: Fetch, url: str, pem: Path
) -> None:
    """EXTRA_CA_CERTS reaches the browser's own store, and only as long as that browser lives."""
    with needed("certutil (libnss3-tools)", FileNotFoundError):
        if shutil.which(certificates.PROGRAM) is None:
            raise FileNotFoundError(certificates.PROGRAM)
    believe(extra_ca_certs=str(pem))
    exchange = fetch(url)

    assert exchange.error is None


def test_authorities_that_cant_be_given_are_no_silent_loss(
    believe: Believe, fetch: Fetch, url: str, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the tool for it no browser starts, and the error names the package."""
    monkeypatch.setattr(certificates, "PROGRAM", "no-such-program")
    believe(extra_ca_certs=str(pem))
    exchange = fetch(url)

    assert exchange.error is not None
    assert "libnss3-tools" in exchange.error.message
