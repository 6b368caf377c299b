"""Asks a SOCKS proxy for a connection: version 5 (RFC 1928, 1929) and 4a."""

from __future__ import annotations

import asyncio
from urllib.parse import SplitResult, unquote, urlsplit

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

NO_AUTH, PASSWORD = 0, 2
GRANTED_4 = 0x5A
IPV4_BYTES, IPV6_BYTES = 4, 16


async def shake(stream: Stream, proxy: str, host: str, port: int) -> None:
    """Have the proxy connect to ``host``, which it resolves itself, as behind an HTTP proxy.

    Raises ValueError when it refuses, EOFError when it hangs up.
    """
    parts = urlsplit(proxy)
    name = host.encode() if host.isascii() else host.encode("idna")
    if parts.scheme == "socks4a":
        await _four(stream, parts, name, port)
    else:
        await _greet(stream, parts)
        await _five(stream, name, port)


async def _four(stream: Stream, parts: SplitResult, name: bytes, port: int) -> None:
    user = unquote(parts.username or "").encode()
    head = b"\x04\x01" + port.to_bytes(2, "big") + b"\0\0\0\x01"
    stream[1].write(head + user + b"\0" + name + b"\0")
    if (await stream[0].readexactly(8))[1] != GRANTED_4:
        raise ValueError("refused")


async def _greet(stream: Stream, parts: SplitResult) -> None:
    reader, writer = stream
    method = NO_AUTH if parts.username is None else PASSWORD
    writer.write(bytes((5, 1, method)))
    if (await reader.readexactly(2))[1] != method:
        raise ValueError("no common way to authenticate")
    if method == PASSWORD:
        user, word = (unquote(part or "").encode() for part in (parts.username, parts.password))
        writer.write(bytes((1, len(user))) + user + bytes((len(word),)) + word)
        if (await reader.readexactly(2))[1]:
            raise ValueError("wrong password")


async def _five(stream: Stream, name: bytes, port: int) -> None:
    reader, writer = stream
    writer.write(bytes((5, 1, 0, 3, len(name))) + name + port.to_bytes(2, "big"))
    answer = await reader.readexactly(4)
    if answer[1]:
        raise ValueError("refused")
    # The address it bound follows, of no use to us but in the way of what comes next.
    size = {1: IPV4_BYTES, 4: IPV6_BYTES}.get(answer[3]) or (await reader.readexactly(1))[0]
    await reader.readexactly(size + 2)
