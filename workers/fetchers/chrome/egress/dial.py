"""Opens connections to sites: every address checked first, straight on or through a proxy."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

from workers import errors
from workers.fetchers.chrome.egress import http1, socks
from workers.fetchers.chrome.egress.socks import Stream
from workers.net import guard
from workers.net.guard import Networks

CONNECT_SECONDS = 15.0
STREAM_LIMIT = 256 * 1024  # bytes of a head, and of what waits for a slow reader
OK, REDIRECT = 200, 300
SOCKS_PORT = 1080  # RFC 1928
PROXY_PORTS = {"http": 80, "https": 443}

# The name service blocks its thread. Its own pool keeps slow names from holding up the loop's.
_names = ThreadPoolExecutor(16, thread_name_prefix="chrome-names")


async def resolve(host: str, port: int, networks: Networks) -> list[str]:
    """Return those addresses of ``host`` that may be connected to at ``port``; at least one.

    Raises ``DnsFailed`` when the name has none, ``AddressRefused`` when it has no other.
    """
    loop = asyncio.get_running_loop()
    try:
        answers = await loop.run_in_executor(
            _names, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
    except (OSError, UnicodeError) as error:
        raise errors.DnsFailed(f"The host name {host} could not be resolved.") from error
    addresses = dict.fromkeys(str(answer[4][0]) for answer in answers)
    good = [address for address in addresses if guard.allowed(address, port, networks)]
    if not good:
        raise errors.AddressRefused
    return good


async def _open(address: str, port: int, *, tls: str = "") -> Stream:
    return await asyncio.open_connection(
        address, port, limit=STREAM_LIMIT, ssl=bool(tls) or None, server_hostname=tls or None
    )


async def direct(host: str, port: int, networks: Networks) -> Stream:
    """Connect to ``host`` at an address that was checked, and at no other.

    Raises ``DnsFailed``, ``AddressRefused`` or ``ConnectionFailed``.
    """
    last: Exception | None = None
    for address in await resolve(host, port, networks):
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await _open(address, port)
        except (OSError, TimeoutError) as error:
            last = error
    raise errors.ConnectionFailed(f"No connection to {host}.") from last


def proxy_auth(proxy: str) -> str:
    """Return the Proxy-Authorization for the proxy's URL; empty when it names no user."""
    parts = urlsplit(proxy)
    if parts.username is None:
        return ""
    return http1.basic(unquote(parts.username), unquote(parts.password or ""))


async def to_proxy(proxy: str) -> Stream:
    """Connect to the operator's proxy, which is trusted and so not checked."""
    parts = urlsplit(proxy)
    port = parts.port or PROXY_PORTS.get(parts.scheme, SOCKS_PORT)
    tls = parts.hostname or "" if parts.scheme == "https" else ""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await _open(parts.hostname or "", port, tls=tls)
    except (OSError, TimeoutError) as error:
        raise errors.ProxyFailed("No connection to the proxy.") from error


async def through(proxy: str, host: str, port: int) -> Stream:
    """Return a tunnel through ``proxy`` to ``host``; raises ``ProxyFailed``."""
    stream = await to_proxy(proxy)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            tunnel = socks.shake if proxy.startswith("socks") else _connect
            await tunnel(stream, proxy, host, port)
    except (OSError, TimeoutError, ValueError, EOFError) as error:
        stream[1].close()
        raise errors.ProxyFailed("The proxy refused the tunnel.") from error
    except BaseException:
        stream[1].close()
        raise
    return stream


async def _connect(stream: Stream, proxy: str, host: str, port: int) -> None:
    reader, writer = stream
    where = http1.authority(host, port)
    auth = proxy_auth(proxy)
    extra = f"Proxy-Authorization: {auth}\r\n" if auth else ""
    writer.write(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n{extra}\r\n".encode("latin-1"))
    status, _ = http1.response_bytes(await reader.readuntil(b"\r\n\r\n"))
    if not OK <= status < REDIRECT:
        raise ValueError(status)
