"""Which URLs can be fetched at all."""

from __future__ import annotations

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.urls import BAD_PORTS
from workers.errors import AddressRefused, BadUrl
from workers.net.guard import Networks, check_named_target, check_url, normal_url, parse_networks


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTP://Example.COM:80/a b", "http://example.com/a%20b"),
        ("https://bücher.de/ü?q=ü#ü", "https://xn--bcher-kva.de/%C3%BC?q=%C3%BC#%C3%BC"),
        ("http://127.0.0.1:9000/x", "http://127.0.0.1:9000/x"),
        ("http://[::1]:9000/x", "http://[::1]:9000/x"),
        ("http://example.com/a/../b", "http://example.com/b"),
        ("http://example.com/a\\b", "http://example.com/a/b"),
        ("http://example.com/100%", "http://example.com/100%"),
        ("http://example.com./", "http://example.com./"),
        (
            "http://example.com/?next=http://user@host/",
            "http://example.com/?next=http://user@host/",
        ),
    ],
)
def test_good_urls_are_brought_into_normal_form(url: str, normal: str) -> None:
    """Serialised as the WHATWG URL standard does."""
    assert normal_url(url) == normal


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd",
        "javascript:alert(1)", "data:text/html,x", "http:/example.com", "http:example.com",
        "http://", "http:///x", "http://:80/", "http://?x", " http://example.com/",
        "http://user@example.com/", "http://user:pw@example.com/", "http://@example.com/",
        "http://127.0.0.1\\@example.com/", "http://example.com\\.evil.com/", "http://a b/",
        "http://example.com\t/", "http://exa%6dple.com/", "http://example.com:0/",
        "http://example.com:99999/", "http://example.com:8o/", "http://example.com:22/",
        "http://example.com:6379/", "http://[::1/", "http://[::1%25eth0]/", "http://[1.2.3.4]/",
        "http://0x7f.1/", "http://0177.0.0.1/", "http://2130706433/", "http://127.1/",
        "http://①②⑦.0.0.1/", "http://127.0.0.1./", "http://1.2.3.4.5/", "http://256.1.1.1/",
        "http://a<b/", "http://a\x00b/",
    ],
)  # fmt: skip
def test_urls_that_two_parsers_could_read_differently_are_refused(url: str) -> None:
    """Other schemes, users, backslashes, odd spellings of addresses, other protocols' ports."""
    with pytest.raises(BadUrl):
        normal_url(url)


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_what_passes_has_one_host(rest: str) -> None:
    """Whatever follows the scheme: an error, or a URL whose normal form is its own normal form."""
    try:
        normal = normal_url("http://" + rest)
    except BadUrl:
        return

    parsed = ada_url.URL(normal)
    assert normal_url(normal) == normal
    assert parsed.username == parsed.password == ""
    assert int(parsed.port or 80) not in BAD_PORTS


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://a.localhost/", "http://localhost./",
     "http://10.0.0.1:8080/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/",
     "http://printer.local/", "http://intranet/"],
)  # fmt: skip
def test_a_proxy_is_not_asked_for_what_is_private_by_name(url: str) -> None:
    """Literal addresses and names that are never public are refused."""
    check_url(url)

    with pytest.raises(AddressRefused):
        check_named_target(url, Networks())


def test_opened_networks_hold_behind_a_proxy_too() -> None:
    """What ALLOWED_NETWORKS opens may be asked of a proxy."""
    opened = parse_networks(("127.0.0.1:9000",))

    check_named_target("http://localhost:9000/", opened)
    check_named_target("http://example.com/", Networks())
    with pytest.raises(AddressRefused):
        check_named_target("http://localhost:9001/", opened)
