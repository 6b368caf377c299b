"""The browser's only way out: a forward proxy on loopback that checks every address it dials.

Page routing in a browser can be slipped past (service workers, WebSockets, popups, prefetches), its
network stack can not: Chromium is started so that all it sends goes to this proxy, loopback
included. Each browser context shows its own password here (407 otherwise), which keeps out whoever
else finds the port and tells contexts apart: whose guard, whose upstream proxy, whose bytes.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from workers import errors
from workers.fetchers import guard
from workers.fetchers.base import Headers
from workers.fetchers.chrome.egress import dial, http1
from workers.fetchers.chrome.egress.dial import STREAM_LIMIT, Stream
from workers.fetchers.chrome.egress.http1 import Head
from workers.fetchers.guard import Networks

GREETING_HOST = "gate.invalid"  # RFC 6761: never a name of the real network
HEAD_SECONDS = 60.0
CHUNK = 64 * 1024  # bytes
VERDICTS = 500  # how many hosts' refusals one context remembers

DENIED = 407
CHALLENGE = 'Basic realm="gate"'
_DENIED = (
    f"HTTP/1.1 {DENIED} Proxy Authentication Required\r\nProxy-Authenticate: {CHALLENGE}\r\n"
    "Content-Length: 0\r\nConnection: close\r\n\r\n"
).encode()
_GREETING = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\n\r\n"
)


@dataclass(slots=True, kw_only=True)
class Passage:
    """One browser context's right to pass.

    ``wire_bytes`` counts what came in for it, ``explained`` how much of that its pages' own events
    account for; ``heard`` is called whenever more came.
    """

    networks: Networks
    upstream: str = ""
    user: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    wire_bytes: int = 0
    explained: int = 0
    heard: set[Callable[[], None]] = field(default_factory=set)
    verdicts: dict[tuple[str, int], errors.FetchError] = field(default_factory=dict)

    def came(self, size: int) -> None:
        """Count bytes from outside."""
        self.wire_bytes += size
        for tell in tuple(self.heard):
            tell()

    @property
    def unexplained(self) -> int:
        """Bytes that no page's events account for: of workers, mostly."""
        return self.wire_bytes - self.explained

    def remember(self, host: str, port: int, error: errors.FetchError) -> None:
        """Keep why ``host`` was not reached, for Chromium only tells that it was not."""
        if len(self.verdicts) >= VERDICTS:
            self.verdicts.pop(next(iter(self.verdicts)))
        self.verdicts[host, port] = error


def is_denial(status: int, headers: Headers) -> bool:
    """Whether an answer is the gate's own to who shows no password."""
    return status == DENIED and ("proxy-authenticate", CHALLENGE) in headers


class Gate:
    """The proxy. Lives on one event loop; ``port`` is known after ``open``.

    ``denied`` is called when somebody without a password asked for anything but the greeting.
    """

    def __init__(self) -> None:
        self.port = 0
        self.denied: Callable[[], object] = lambda: None
        self._server: asyncio.Server | None = None
        self._passages: dict[str, Passage] = {}
        self._dismissed: set[str] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=STREAM_LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]

    def admit(self, passage: Passage) -> None:
        """Let whoever shows the passage's user and password through."""
        self._passages[passage.user] = passage

    def dismiss(self, passage: Passage) -> None:
        """Take the right back; what is open stays open until its context closes."""
        self._passages.pop(passage.user, None)
        self._dismissed.add(passage.user)

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            pass  # Either end went away or spoke no HTTP: the browser sees a closed connection.
        except asyncio.CancelledError:
            pass  # The gate closes; the stream protocol would log a cancelled handler as a fault.
        finally:
            if task is not None:
                self._serving.discard(task)
            writer.close()

    def _passage(self, head: Head) -> Passage | None:
        """Return whose request it is; raises ``EOFError`` for a context that is being closed.

        A denial would make Chromium forget the password and ask on without: it looks lost then.
        """
        user, password = http1.read_basic(head.field("proxy-authorization"))
        if user in self._dismissed:
            raise EOFError
        passage = self._passages.get(user)
        same = passage is not None and hmac.compare_digest(
            password.encode(), passage.password.encode()
        )
        return passage if same else None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = http1.read_head((await reader.readuntil(b"\r\n\r\n"))[:-4])
        passage = self._passage(head)
        if passage is None or head.host == GREETING_HOST:
            writer.write(_DENIED if passage is None else _GREETING)
            await writer.drain()
            if head.host != GREETING_HOST:
                self.denied()
            return
        try:
            stream = await _dial(passage, head)
        except errors.FetchError as error:
            passage.remember(head.host, head.port, error)
            if head.method == "CONNECT":
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            return
        passage.verdicts.pop((head.host, head.port), None)
        try:
            if head.method == "CONNECT":
                await _tunnel(passage, (reader, writer), stream)
            else:
                await _exchange(passage, head, (reader, writer), stream)
        finally:
            stream[1].close()


async def _dial(passage: Passage, head: Head) -> Stream:
    url = f"http://{http1.authority(head.host, head.port)}/"
    guard.check_url(url)
    if not passage.upstream:
        return await dial.direct(head.host, head.port, passage.networks)
    guard.check_named_target(url, passage.networks)
    if head.method == "CONNECT" or passage.upstream.startswith("socks"):
        return await dial.through(passage.upstream, head.host, head.port)
    return await dial.to_proxy(passage.upstream)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passage: Passage | None
) -> None:
    while data := await reader.read(CHUNK):
        if passage is not None:
            passage.came(len(data))
        writer.write(data)
        await writer.drain()


async def _tunnel(passage: Passage, browser: Stream, site: Stream) -> None:
    browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    up = asyncio.ensure_future(_pump(browser[0], site[1], None))
    down = asyncio.ensure_future(_pump(site[0], browser[1], passage))
    # Half-open tunnels are of no use to a browser: when one side ends, so does the other.
    await _first(up, down)


async def _first(*tasks: asyncio.Future[None]) -> None:
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: int) -> None:
    while size > 0:
        data = await reader.read(min(CHUNK, size))
        if not data:
            raise EOFError
        size -= len(data)
        writer.write(data)
        await writer.drain()
    # The connection is this exchange's only. Waiting here notices a browser that goes away.
    await reader.read(1)


async def _exchange(passage: Passage, head: Head, browser: Stream, site: Stream) -> None:
    """Carry one request and its answer; neither end may slip in a second request."""
    size = head.body_length
    if size is None:
        raise ValueError(head.method)
    http_proxy = passage.upstream and not passage.upstream.startswith("socks")
    auth = dial.proxy_auth(passage.upstream) if http_proxy else None
    site[1].write(http1.request_bytes(head, proxy_auth=auth))
    up = asyncio.ensure_future(_send_body(browser[0], site[1], size))
    down = asyncio.ensure_future(_answer(passage, browser, site))
    await _first(up, down)


async def _answer(passage: Passage, browser: Stream, site: Stream) -> None:
    status = 100
    while status // 100 == 1:
        data = await site[0].readuntil(b"\r\n\r\n")
        passage.came(len(data))
        status, answer = http1.response_bytes(data[:-4])
        browser[1].write(answer)
    await _pump(site[0], browser[1], passage)
