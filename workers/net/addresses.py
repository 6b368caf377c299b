"""Decides which IP addresses may be connected to (pure): the public ones, and what is opened.

Refused unless ``ALLOWED_NETWORKS`` opens them are all of the IANA special-purpose registries
(https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry), which
hold private, loopback, link-local, carrier-grade NAT, multicast and reserved addresses and nearly
every cloud's metadata service; the one metadata service on a public address is added by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's metadata and DNS service
    )
)  # fmt: skip

_GLOBAL_6 = IPv6Network("2000::/3")
"""The only IPv6 block handed out for public use (RFC 4291, 2.4); all else is special."""

_REFUSED_6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them: an IPv4 tunnel
        "2001:db8::/32",
        "3fff::/20",
    )
)

_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)

_ENTRY = re.compile(
    r"(?:\[(?P<six>[^\]]*)\](?P<mask>/\d+)?|(?P<plain>[^\[\]]*?))(?::(?P<port>\d+))?"
)
_BARE_SIX = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/\d+)?")
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Networks:
    """The ranges that are opened, each with the one port it is narrowed to, or None for all."""

    entries: tuple[tuple[Network, int | None], ...] = ()

    def open(self, address: Address, port: int) -> bool:
        """Whether an entry opens this address at this port."""
        return any(
            address.version == network.version and address in network and only in (None, port)
            for network, only in self.entries
        )


def parse_networks(texts: tuple[str, ...]) -> Networks:
    """Return the networks that ``ALLOWED_NETWORKS`` lists.

    An entry is an address or a CIDR, and may end in a port: ``10.0.0.0/8``, ``127.0.0.1``,
    ``127.0.0.1/32:9000``, ``fd00::/8``, ``[::1/128]:9000``, ``[::1]/128:9000``. IPv6 with a port
    needs the brackets. Raises ValueError with the entry and its fault.
    """
    return Networks(tuple(_entry(text.strip()) for text in texts if text.strip()))


def _entry(text: str) -> tuple[Network, int | None]:
    found = None if _BARE_SIX.fullmatch(text) else _ENTRY.fullmatch(text)
    port = int(found["port"]) if found and found["port"] else None
    range_text = text
    if found:
        range_text = (
            found["plain"] if found["six"] is None else found["six"] + (found["mask"] or "")
        )
    if port is not None and not 1 <= port <= _HIGHEST_PORT:
        raise ValueError(f"ALLOWED_NETWORKS: {text!r} has no port between 1 and {_HIGHEST_PORT}")
    try:
        return ip_network(range_text), port
    except ValueError as error:
        raise ValueError(
            f"ALLOWED_NETWORKS: {text!r} is no network ({error}). Write a CIDR, with a port if you "
            "like: 10.0.0.0/8, 127.0.0.1/32:9000, fd00::/8, [::1/128]:9000"
        ) from error


def allowed(ip: str, port: int, networks: Networks) -> bool:
    """Whether a connection to ``ip`` (text, a zone is ignored) at ``port`` may be opened.

    An IPv6 address that carries an IPv4 one (NAT64, 6to4, ISATAP) must be fit on both counts; an
    IPv4-mapped one is the IPv4 address that it reaches. What is no address is refused.
    """
    try:
        address = _real(ip_address(ip.partition("%")[0]))
    except ValueError:
        return False
    if networks.entries and networks.open(address, port):
        return True
    carried = _carried(address)
    if carried is not None:
        outside = address in _NAT64 or _public(address)
        return outside and (_public(carried) or networks.open(carried, port))
    return _public(address)


def _real(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _carried(address: Address) -> IPv4Address | None:
    """Return the IPv4 address inside a transition address (RFC 6052, 3056, 5214), or None."""
    if isinstance(address, IPv4Address):
        return None
    number = int(address)
    if address in _SIX_TO_FOUR:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or number >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def _public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    return address in _GLOBAL_6 and not any(address in network for network in _REFUSED_6)
