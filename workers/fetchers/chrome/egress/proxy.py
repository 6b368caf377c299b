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
from workers.fetchers.base import Headers
from workers.fetchers.chrome.egress import dial, http1
from workers.fetchers.chrome.egress.dial import STREAM_LIMIT
from workers.fetchers.chrome.egress.http1 import Head
from workers.fetchers.chrome.egress.socks import Stream
from workers.net import guard
from workers.net.guard import Networks

PROBE_HOST = "egress.invalid"  # RFC 6761: never a name of the real network
HEAD_SECONDS = 60.0
CHUNK = 64 * 1024  # bytes
MOST_REFUSALS = 500  # how many hosts' refusals one context remembers

DENIED = 407
CHALLENGE = 'Basic realm="egress"'
_DENIED = (
    f"HTTP/1.1 {DENIED} Proxy Authentication Required\r\nProxy-Authenticate: {CHALLENGE}\r\n"
    "Content-Length: 0\r\nConnection: close\r\n\r\n"
).encode()
_PROBE_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\n\r\n"
)


@dataclass(slots=True, kw_only=True)
class EgressGrant:
    """One browser context's right to pass.

    ``wire_bytes`` counts what came in for it, ``explained`` how much of that its pages' own events
    account for; ``listeners`` are called whenever more came.
    """

    networks: Networks
    upstream: str = ""
    user: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    wire_bytes: int = 0
    explained: int = 0
    listeners: set[Callable[[], None]] = field(default_factory=set)
    refusals: dict[tuple[str, int], errors.FetchError] = field(default_factory=dict)

    def count(self, size: int) -> None:
        """Count bytes from outside."""
        self.wire_bytes += size
        for listener in tuple(self.listeners):
            listener()

    @property
    def unexplained(self) -> int:
        """Bytes that no page's events account for: of workers, mostly."""
        return self.wire_bytes - self.explained

    def remember(self, host: str, port: int, error: errors.FetchError) -> None:
        """Keep why ``host`` was not reached, for Chromium only tells that it was not."""
        if len(self.refusals) >= MOST_REFUSALS:
            self.refusals.pop(next(iter(self.refusals)))
        self.refusals[host, port] = error


def is_denial(status: int, headers: Headers) -> bool:
    """Whether an answer is the egress proxy's own, for want of a password."""
    return status == DENIED and ("proxy-authenticate", CHALLENGE) in headers


class EgressProxy:
    """The proxy. Lives on one event loop; ``port`` is known after ``open``.

    ``denied`` is called when somebody without a password asked for anything but the probe.
    """

    def __init__(self) -> None:
        self.port = 0
        self.denied: Callable[[], object] = lambda: None
        self._server: asyncio.Server | None = None
        self._grants: dict[str, EgressGrant] = {}
        self._revoked: set[str] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=STREAM_LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]

    def admit(self, grant: EgressGrant) -> None:
        """Let whoever shows the grant's user and password through."""
        self._grants[grant.user] = grant

    def revoke(self, grant: EgressGrant) -> None:
        """Take the right back; what is open stays open until its context closes."""
        self._grants.pop(grant.user, None)
        self._revoked.add(grant.user)

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
            pass  # The proxy closes; the stream protocol would log a cancelled handler as a fault.
        finally:
            if task is not None:
                self._serving.discard(task)
            writer.close()

    def _grant(self, head: Head) -> EgressGrant | None:
        """Return whose request it is; raises ``EOFError`` for a context that is being closed.

        A denial would make Chromium forget the password and ask on without: it looks lost then.
        """
        user, password = http1.read_basic(head.field("proxy-authorization"))
        if user in self._revoked:
            raise EOFError
        grant = self._grants.get(user)
        same = grant is not None and hmac.compare_digest(password.encode(), grant.password.encode())
        return grant if same else None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = http1.read_head((await reader.readuntil(b"\r\n\r\n"))[:-4])
        grant = self._grant(head)
        if grant is None or head.host == PROBE_HOST:
            writer.write(_DENIED if grant is None else _PROBE_ANSWER)
            await writer.drain()
            if head.host != PROBE_HOST:
                self.denied()
            return
        try:
            stream = await _dial(grant, head)
        except errors.FetchError as error:
            grant.remember(head.host, head.port, error)
            if head.method == "CONNECT":
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            return
        grant.refusals.pop((head.host, head.port), None)
        try:
            if head.method == "CONNECT":
                await _tunnel(grant, (reader, writer), stream)
            else:
                await _exchange(grant, head, (reader, writer), stream)
        finally:
            stream[1].close()


async def _dial(grant: EgressGrant, head: Head) -> Stream:
    url = f"http://{http1.authority(head.host, head.port)}/"
    guard.check_url(url)
    if not grant.upstream:
        return await dial.direct(head.host, head.port, grant.networks)
    guard.check_named_target(url, grant.networks)
    if head.method == "CONNECT" or grant.upstream.startswith("socks"):
        return await dial.through(grant.upstream, head.host, head.port)
    return await dial.to_proxy(grant.upstream)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, grant: EgressGrant | None
) -> None:
    while data := await reader.read(CHUNK):
        if grant is not None:
            grant.count(len(data))
        writer.write(data)
        await writer.drain()


async def _tunnel(grant: EgressGrant, browser: Stream, site: Stream) -> None:
    browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    up = asyncio.ensure_future(_pump(browser[0], site[1], None))
    down = asyncio.ensure_future(_pump(site[0], browser[1], grant))
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


async def _exchange(grant: EgressGrant, head: Head, browser: Stream, site: Stream) -> None:
    """Carry one request and its answer; neither end may slip in a second request."""
    size = head.body_length
    if size is None:
        raise ValueError(head.method)
    http_proxy = grant.upstream and not grant.upstream.startswith("socks")
    auth = dial.proxy_auth(grant.upstream) if http_proxy else None
    site[1].write(http1.request_bytes(head, proxy_auth=auth))
    up = asyncio.ensure_future(_send_body(browser[0], site[1], size))
    down = asyncio.ensure_future(_answer(grant, browser, site))
    await _first(up, down)


async def _answer(grant: EgressGrant, browser: Stream, site: Stream) -> None:
    status = 100
    while status // 100 == 1:
        data = await site[0].readuntil(b"\r\n\r\n")
        grant.count(len(data))
        status, answer = http1.response_bytes(data[:-4])
        browser[1].write(answer)
    await _pump(site[0], browser[1], grant)
