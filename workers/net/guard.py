"""The guard of every outgoing connection: which URLs can be fetched, and where we may connect.

A URL is judged by ``check_url`` before anything is resolved; an address by ``allowed`` after, at
the moment its socket is opened, so that no second look-up can answer differently. A name with
several addresses is reached at those that are allowed, and never at another.
"""

from __future__ import annotations

import re

import ada_url

from schemas.urls import DEFAULT_PORTS, START, authority_fault
from workers.errors import AddressRefused, BadUrl
from workers.net.addresses import Networks, allowed, parse_networks

__all__ = [
    "Networks",
    "allowed",
    "check_named_target",
    "check_url",
    "normal_url",
    "parse_networks",
]

_PLAIN = re.compile(r"https?://[a-z0-9.:-]+/[!$&-;=?-\[\]_a-z~%]*")
_PRIVATE_NAMES = (".internal", ".local", ".localdomain", ".home.arpa", ".lan", ".intranet")


def check_url(url: str) -> None:
    """Raise ``BadUrl`` if ``url`` can never be fetched, wherever its host may be.

    Only http and https are, at an authority that every parser reads alike (``schemas.urls``).
    """
    found = START.match(url)
    if found is None:
        raise BadUrl("Only http and https URLs can be fetched.")
    fault = authority_fault(found[1].lower(), found[2])
    if fault:
        raise BadUrl(fault)


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
