"""Which addresses may be connected to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.net.addresses import Networks, allowed, parse_networks

NONE = Networks()

PUBLIC = (
    "8.8.8.8", "1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "192.169.0.1",
    "223.255.255.1", "2606:4700::1111", "2a00:1450:4001::8a", "::ffff:8.8.8.8",
    "64:ff9b::808:808", "2002:808:808::1",
)  # fmt: skip

REFUSED = (
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
    "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "100::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "2002:7f00:1::",
    "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:127.0.0.1",
    "", "localhost", "8.8.8.8 ", "8.8.8", "0x7f.1", "1.2.3.4:80",
)  # fmt: skip


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_allowed(ip: str) -> None:
    """Addresses outside all special ranges need no opening, transition forms of them included."""
    assert allowed(ip, 80, NONE)


@pytest.mark.parametrize("ip", REFUSED)
def test_special_addresses_are_refused(ip: str) -> None:
    """Private, loopback, link-local, metadata and reserved ones, however they are wrapped."""
    assert not allowed(ip, 80, NONE)


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_never_allowed(address: ipaddress.IPv4Address) -> None:
    """The table is at least as strict as the standard library's idea of a public address."""
    if not address.is_global or address.is_multicast:
        assert not allowed(str(address), 443, NONE)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_never_makes_it_allowed(address: ipaddress.IPv4Address) -> None:
    """Every IPv6 form that carries an IPv4 address is judged by that address too."""
    number = int(address)
    wrapped = (
        0xFFFF << 32 | number,
        0x0064FF9B << 96 | number,
        0x2002 << 112 | number << 80 | 1,
        0x26064700 << 96 | 0x5EFE << 32 | number,
    )
    verdicts = {allowed(str(ipaddress.IPv6Address(form)), 80, NONE) for form in wrapped}

    assert verdicts == {allowed(str(address), 80, NONE)}


@given(st.ip_addresses(v=6))
def test_special_ipv6_is_never_allowed(address: ipaddress.IPv6Address) -> None:
    """Outside global unicast only NAT64 and mapped forms of public addresses are reachable."""
    special = address.is_private or address.is_multicast or address.is_link_local
    if special and not address.ipv4_mapped:
        assert not allowed(str(address), 80, NONE)


@given(st.text(max_size=40))
def test_any_text_gives_a_verdict(text: str) -> None:
    """What is no address is refused without an error."""
    assert allowed(text, 80, NONE) in (True, False)


@pytest.mark.parametrize(
    ("entry", "inside", "outside"),
    [
        ("127.0.0.1/32:9000", [("127.0.0.1", 9000)], [("127.0.0.1", 80), ("127.0.0.2", 9000)]),
        ("127.0.0.1:9000", [("127.0.0.1", 9000)], [("127.0.0.1", 9001)]),
        ("10.0.0.0/8", [("10.1.2.3", 1), ("::ffff:10.1.2.3", 1)], [("172.16.0.1", 1)]),
        ("127.0.0.1", [("127.0.0.1", 1)], [("127.0.0.2", 1), ("::1", 1)]),
        ("[::1/128]:9000", [("::1", 9000)], [("::1", 80), ("127.0.0.1", 9000)]),
        ("[::1]/128:9000", [("::1", 9000)], [("::1", 80)]),
        ("[::1]:9000", [("::1", 9000)], [("::1", 80)]),
        ("[::1]", [("::1", 80)], [("::2", 80)]),
        ("::1/128", [("::1", 80)], [("fe80::1", 80)]),
        ("fd00::/8", [("fd12::1", 80)], [("fc00::1", 80)]),
        ("10.0.0.0/8", [("64:ff9b::10.0.0.1", 80)], [("64:ff9b::127.0.0.1", 80)]),
        ("0.0.0.0/0", [("127.0.0.1", 80), ("169.254.169.254", 80)], [("::1", 80)]),
    ],
)
def test_networks_open_exactly_what_they_say(
    entry: str, inside: list[tuple[str, int]], outside: list[tuple[str, int]]
) -> None:
    """A CIDR, or one address, at all ports or at one."""
    networks = parse_networks((f" {entry} ", ""))

    assert all(allowed(ip, port, networks) for ip, port in inside)
    assert not any(allowed(ip, port, networks) for ip, port in outside)


@pytest.mark.parametrize(
    "entry",
    ["x", "localhost:80", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1:0", "127.0.0.1:70000", "[::1",
     "::1/129", "::1:9000:", "127.0.0.1:", "127.0.0.1/32:9000:1", "[]:80"],
)  # fmt: skip
def test_a_bad_network_is_named_in_the_error(entry: str) -> None:
    """The operator learns which entry is wrong, and how one is written."""
    with pytest.raises(ValueError, match="ALLOWED_NETWORKS") as caught:
        parse_networks(("10.0.0.0/8", entry))

    assert repr(entry) in str(caught.value)
