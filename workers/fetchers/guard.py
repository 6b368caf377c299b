"""The guard of every outgoing connection: which URLs can be fetched, and where we may connect.

A URL is judged by ``check_url`` before anything is resolved; an address by ``allowed`` after, at
the moment its socket is opened, so that no second look-up can answer differently. A name with
several addresses is reached at those that are allowed, and never at another.
"""

from __future__ import annotations

import re
from functools import lru_cache

import ada_url

from workers.errors import AddressRefused, BadUrl
from workers.fetchers.addresses import Networks, allowed, parse_networks

__all__ = [
    "Networks",
    "allowed",
    "check_named_target",
    "check_url",
    "normal_url",
    "parse_networks",
]

BAD_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95,
        101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179,
        389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601,
        636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379,
        6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
    )
)  # fmt: skip
"""Ports of other protocols (https://fetch.spec.whatwg.org/#port-blocking); Redis, memcached."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_START = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE)
_ODD = re.compile(r"[\\\s@%\x00-\x20\x7f<>^`{|}]")
_PLAIN = re.compile(r"https?://[a-z0-9.:-]+/[!$&-;=?-\[\]_a-z~%]*")
_PRIVATE_NAMES = (".internal", ".local", ".localdomain", ".home.arpa", ".lan", ".intranet")


def check_url(url: str) -> None:
    r"""Raise ``BadUrl`` if ``url`` can never be fetched, wherever its host may be.

    Only http and https are. The authority must be one that every parser reads alike: no user and
    password (they would land in logs; a header carries them), no backslash
    (``http://127.0.0.1\@example.com/`` is two hosts to two parsers), no IPv4 address in octal,
    hexadecimal or one number. Ports that belong to other protocols are refused.
    """
    found = _START.match(url)
    if found is None:
        raise BadUrl("Only http and https URLs can be fetched.")
    fault = _fault(found[1].lower(), found[2])
    if fault:
        raise BadUrl(fault)


@lru_cache(4096)
def _fault(scheme: str, authority: str) -> str:
    """Return what is wrong with an authority (a host with its port), or an empty string."""
    if "@" in authority:
        return "A URL with a user or password is not fetched; use a header for credentials."
    if not authority or _ODD.search(authority):
        return "The URL's host holds characters that are not allowed there."
    try:
        parsed = ada_url.URL(f"{scheme}://{authority}/")
    except ValueError:
        return "The URL's host or port is not valid."
    host = authority if authority.endswith("]") else authority.rpartition(":")[0] or authority
    if parsed.host_type == ada_url.HostType.IPV4 and parsed.hostname != host:
        return f"Write the URL's IP address as {parsed.hostname}."
    if (port := int(parsed.port or DEFAULT_PORTS[scheme])) in BAD_PORTS:
        return f"Port {port} belongs to another protocol than HTTP."
    return ""


def normal_url(url: str) -> str:
    """Return ``url`` serialised as the WHATWG URL standard does, so that libcurl reads the same.

    Raises ``BadUrl`` as ``check_url`` does, or when the URL can't be parsed at all.
    """
    check_url(url)
    if _PLAIN.fullmatch(url) and "/." not in url:
        return url
    try:
        return str(ada_url.URL(url).href)
    except ValueError:
        raise BadUrl from None


def check_named_target(url: str, networks: Networks) -> None:
    """Raise ``AddressRefused`` if a proxy must not be asked for ``url``.

    Behind a proxy the name is resolved where we can't look, so only what the URL itself says can be
    judged: addresses, and names that never are public (``localhost``, ``*.internal``, one label).
    """
    parsed = ada_url.URL(url)
    port = int(parsed.port or DEFAULT_PORTS[parsed.protocol[:-1]])
    host = parsed.hostname.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        host = "127.0.0.1"
    elif parsed.host_type == ada_url.HostType.DEFAULT:
        if "." not in host or host.endswith(_PRIVATE_NAMES):
            raise AddressRefused
        return
    if not allowed(host, port, networks):
        raise AddressRefused
