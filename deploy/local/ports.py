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
    """Return a socket that has the port and does not listen yet; ``OSError`` when it is in use."""
    claimed = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((host, port))
    except OSError:
        claimed.close()
        raise
    return claimed


def free_port() -> int:
    """Return a free port; raises ``OSError`` when there seem to be none."""
    for _ in range(TRIES):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if is_free(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")
