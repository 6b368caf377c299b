"""Finds free loopback ports below the kernel's ephemeral range.

A poll of ``connect()`` on an ephemeral port can connect to itself, so that a service which has not
started yet would look alive.
"""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"
LOWEST, HIGHEST = 20_000, 32_000
TRIES = 200


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    try:
        bound(port, host).close()
    except OSError:
        return False
    return True


def bound(port: int, host: str = LOOPBACK) -> socket.socket:
    """Return a socket that has the port and does not listen yet; ``OSError`` when it is in use.

    ``host`` is a name or an address, an IPv6 one with or without its brackets; ``::`` is every
    address of the machine, of either family.
    """
    host = host.removeprefix("[").removesuffix("]")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    claimed = socket.socket(family, socket.SOCK_STREAM)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if family == socket.AF_INET6:
            claimed.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        claimed.bind(address)
    except OSError:
        claimed.close()
        raise
    return claimed


def reached_at(listener: socket.socket) -> str:
    """Return the address at which this machine reaches what listens there."""
    host = str(listener.getsockname()[0])
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - looked up, not bound


def address(host: str, port: int) -> str:
    """Return the URL of a web program."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def free_port() -> int:
    """Return a free port; raises ``OSError`` when there seem to be none."""
    for _ in range(TRIES):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if is_free(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")
