"""A quick site to measure against: the shop of the tests, padded like real pages, gzip, keep-alive.

Whatever it costs is taken from the machine that is measured; so the padding is packed once, and an
answer is its own small part in front of it (two deflate streams joined at a full flush, RFC 1951).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_port
from tests.site import shop
from tests.site.wire import SiteRequest

ROOT = Path(__file__).parents[2]
END = b"</body></html>"
GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"  # RFC 1952, 2.3: deflate, no name, no time
LEVEL = 1
KEPT = 20_000  # answers that are not made again
WORDS = [
    "amber",
    "birch",
    "cobalt",
    "fjord",
    "ginkgo",
    "horizon",
    "indigo",
    "juniper",
    "kelp",
    "linen",
    "maple",
    "nutmeg",
]


def padding(size: int) -> bytes:
    """Return about ``size`` bytes of markup as real pages carry it, always the same."""
    chance = random.Random(1)  # noqa: S311 - filler
    made, length = [], 0
    while length < size:
        text = " ".join(chance.choices(WORDS, k=12))
        number = chance.randrange(10_000)
        piece = (
            f'<div class="row c{number % 7}" id="r{number}"><ul class="menu"><li class="m">'
            f'<a href="/about/{number}" title="{text[:20]}"><span>{text}</span></a></li></ul></div>'
        ).encode()
        made.append(piece)
        length += len(piece)
    return b"".join(made)


class Packer:
    """Packs pages with the padding that was packed once."""

    def __init__(self, pad: int) -> None:
        self._tail = padding(pad) + END
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._packed = packer.compress(self._tail) + packer.flush()

    def pack(self, page: bytes) -> bytes:
        """Return ``page`` with its padding as gzip."""
        head = page.removesuffix(END)
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
        check = zlib.crc32(self._tail, zlib.crc32(head))
        length = struct.pack("<II", check, len(head) + len(self._tail))
        return b"".join((GZIP_HEAD, first, self._packed, length))


@lru_cache(maxsize=KEPT)
def answer(path: str, packer: Packer) -> bytes:
    """Return the whole response to ``path``."""
    asked = SiteRequest(method="GET", target=path, path=path, query={}, headers={})
    reply = shop.page(asked) if path.startswith("/shop/") else None
    if reply is None or reply.status != 200:  # noqa: PLR2004 - the one status that has a page
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    body = packer.pack(reply.body)
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _SiteConnection(asyncio.Protocol):
    """One connection."""

    def __init__(self, packer: Packer, delay: float) -> None:
        self._packer, self._delay = packer, delay
        self._rest = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - what asyncio promises
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            text = answer(head.split(b" ", 2)[1].decode("latin-1"), self._packer)
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._transport.write, text)
            else:
                self._transport.write(text)


async def _serve(port: int, pad: int, delay: float) -> None:
    loop = asyncio.get_running_loop()
    packer, over = Packer(pad), loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set_result, None)
    server = await loop.create_server(
        lambda: _SiteConnection(packer, delay), LOOPBACK, port, backlog=512
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await over
    server.close()


@contextmanager
def quick_site(*, pad: int, delay: float = 0.0) -> Iterator[tuple[str, int]]:
    """Serve the site from a process of its own; yields its address and its process number.

    ``pad`` is bytes added to each page, ``delay`` seconds until an answer leaves.
    """
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.rig.site", str(port), str(pad), str(delay)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        try:
            if process.stdout is None or not process.stdout.readline():
                raise OSError("the site did not start")
            yield f"http://{LOOPBACK}:{port}", process.pid
        finally:
            process.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("pad", type=int, nargs="?", default=40_000)
    parser.add_argument("delay", type=float, nargs="?", default=0.0)
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.pad, given.delay))
