"""A proxy for tests: HTTP (absolute form and CONNECT) and SOCKS5 on one port; it remembers."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from urllib.parse import urlsplit

from tests.site.listening import Listening


class ProxyServer(Listening):
    """A running proxy. ``asked`` holds the targets, as the client named them.

    With ``user`` it wants ``user:word``. Whatever host is named, it connects to ``upstream`` (host,
    port), as if a name service of its own had said so.
    """

    def __init__(self, upstream: tuple[str, int], *, user: str = "") -> None:
        self.upstream, self.user = upstream, user
        self.asked: list[str] = []
        super().__init__("127.0.0.1", 0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            first = await reader.readexactly(1)
            await (
                self._socks(reader, writer)
                if first == b"\x05"
                else self._http(first, reader, writer)
            )
        writer.close()

    async def _http(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
        token = base64.b64encode(self.user.encode())
        if self.user and b"Proxy-Authorization: Basic " + token not in head:
            writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            return
        self.asked.append(target)
        up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        self._writers.add(up_writer)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\nX-Proxy: yes\r\n\r\n")
        else:
            parts = urlsplit(target)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            up_writer.write(head.replace(target.encode(), path.encode(), 1))
        await _pipe((reader, up_writer), (up_reader, writer))

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Shake hands as RFC 1928 and 1929 say."""
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x02" if self.user else b"\x05\x00")
        if self.user:
            size = (await reader.readexactly(2))[1]
            name = await reader.readexactly(size)
            word = await reader.readexactly((await reader.readexactly(1))[0])
            good = name + b":" + word == self.user.encode()
            writer.write(b"\x01\x00" if good else b"\x01\x01")
            if not good:
                return
        kind = (await reader.readexactly(4))[3]
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        name = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{name.decode('latin-1') if kind == 3 else 'address'}:{port}")
        up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        self._writers.add(up_writer)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await _pipe((reader, up_writer), (up_reader, writer))


async def _pipe(*ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    try:
        await asyncio.gather(*(carry(*way) for way in ways), return_exceptions=True)
    finally:
        for _, writer in ways:
            writer.close()
