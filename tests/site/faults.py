"""Ways of the test site to misbehave: slow, dripping, cut off, malformed, or silent."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import time
from collections.abc import Callable, Coroutine

from tests.site.wire import Reply, SiteRequest

PAGE = b"<p class=text>late</p>"


async def slow(request: SiteRequest, writer: asyncio.StreamWriter) -> None:
    """``/slow?seconds=``: a whole answer after a while."""
    await asyncio.sleep(request.number("seconds", 1))
    writer.write(Reply(body=PAGE).encode())


async def drip(request: SiteRequest, writer: asyncio.StreamWriter) -> None:
    """``/drip?bytes=&every=``: a byte now and then; ``/drip-head``: of the header."""
    count, every = int(request.number("bytes", 100)), request.number("every", 0.1)
    if request.path == "/drip":
        writer.write(Reply(length=False, headers=(("Content-Length", str(count)),)).encode())
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(count):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(every)
    writer.close()


async def hang(_: SiteRequest, __: asyncio.StreamWriter) -> None:
    """``/hang``: never an answer."""
    await asyncio.sleep(3600)


async def reset(request: SiteRequest, writer: asyncio.StreamWriter) -> None:
    """``/reset``: the connection is reset; ``?after=1``: in the middle of the body."""
    if request.query.get("after"):
        writer.write(Reply(length=False, headers=(("Content-Length", "99999"),)).encode())
        writer.write(b"x" * 100)
        await writer.drain()
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cut(_: SiteRequest, writer: asyncio.StreamWriter) -> None:
    """``/cut``: fewer bytes than Content-Length promises."""
    writer.write(Reply(length=False, headers=(("Content-Length", "1000"),)).encode() + b"x" * 100)
    writer.close()


_AWAY = b"HTTP/1.1 302 Found\r\nLocation: /echo\r\n"
REDIRECTS: dict[str, tuple[bytes, bytes, float]] = {
    "short": (_AWAY + b"Content-Length: 4\r\n\r\n", b"gone", 0),
    "late": (_AWAY + b"Content-Length: 4\r\n\r\n", b"", 3600),
    "cut": (_AWAY + b"Content-Length: 4\r\n\r\n", b"go", 0),
    "endless": (_AWAY + b"\r\n", b"x" * 65_536, 3600),
    "drip": (_AWAY + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 3600),
    "huge": (
        b"HTTP/1.1 302 Found\r\nContent-Length: 99999999999\r\nLocation: /echo\r\n\r\n",
        b"",
        0,
    ),
    "undecodable": (_AWAY + b"Content-Encoding: gzip\r\n\r\n", b"no gzip", 0),
    "badchunk": (_AWAY + b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n", 0),
    "bomb": (_AWAY + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(20 << 20)), 0),
}
"""Heads of redirects, their bodies, and for how many seconds the body is said again and again."""


async def away(request: SiteRequest, writer: asyncio.StreamWriter) -> None:
    """``/away/<name>``: a redirect to /echo with a body that nobody needs."""
    head, body, seconds = REDIRECTS[request.path.rpartition("/")[2]]
    writer.write(head)
    end = time.monotonic() + seconds
    while True:
        writer.write(body)
        await writer.drain()
        if time.monotonic() >= end:
            break
        await asyncio.sleep(0 if len(body) > 1000 else 0.1)
    if b"Content-Length: 4\r\n" not in head or len(body) != 4:
        writer.close()


async def say(request: SiteRequest, writer: asyncio.StreamWriter) -> None:
    """``/say/<name>``: fixed bytes that are no decent answer, or an unusual one."""
    writer.write(SAYINGS[request.path.rpartition("/")[2]])
    writer.close()


_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n"
SAYINGS: dict[str, bytes] = {
    "nothing": b"",
    "http09": b"<p>no status line at all</p>",
    "garbage": bytes(range(128, 200)) + b"\r\n\r\n",
    "badchunk": _CHUNKED + b"\r\nzz\r\nxxxx\r\n0\r\n\r\n",
    "cutchunk": _CHUNKED + b"\r\n5\r\nhello\r\n",
    "trailer": _CHUNKED + b"Trailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + _OK
    + b"X-Final: yes\r\nContent-Length: 2\r\n\r\nok",
    "http10": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nuntil the end",
    "latin1": _OK + b"X-Name: Gr\xfc\xdfe\r\nContent-Length: 2\r\n\r\nok",
    "utf8": _OK + "X-Name: Grüße\r\nContent-Length: 2\r\n\r\nok".encode(),
    "folded": _OK + b"X-Name: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
    "nocolon": _OK + b"Set-Cookie: a=1;\r\nSecure\r\nContent-Length: 2\r\n\r\nok",
    "page": _OK + b"Server\r\nContent-Length:\r\n\r\n<p class=text>there</p>",
    "nolength": _OK + b"Content-Length: \r\n\r\nok",
    "nul": _OK + b"X-Name: a\0b\r\nContent-Length: 2\r\n\r\nok",
    "junk": b"\r\n" + _OK + b"Content-Length: 2\r\n\r\nok",
    "cuthead": _OK + b"Content-Type: text/html\r\n",
    "nocontent": b"HTTP/1.1 204 No Content\r\n\r\n",
    "lengths": _OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
}

Fault = Callable[[SiteRequest, asyncio.StreamWriter], Coroutine[None, None, None]]

ROUTES: dict[str, Fault] = {
    "/slow": slow,
    "/drip-head": drip,
    "/drip": drip,
    "/hang": hang,
    "/reset": reset,
    "/cut": cut,
    "/say/": say,
    "/away/": away,
}
