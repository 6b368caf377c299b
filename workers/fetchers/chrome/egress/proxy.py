"""The browser's only way out: a forward proxy on loopback that checks every address it dials.

Page routing in a browser can be slipped past (service workers, WebSockets, popups, prefetches), its
network stack can not: Chromium is started so that all it sends goes to this proxy, loopback
included. Each browser context shows its own password here (407 otherwise), which keeps out whoever
else finds the port and tells contexts apart: whose guard, whose upstream proxy, whose bytes.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable

from workers import errors
from workers.fetchers.base import Headers
from workers.fetchers.chrome.egress import dial, http1
from workers.fetchers.chrome.egress.dial import STREAM_LIMIT
from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.http1 import Head
from workers.fetchers.chrome.egress.relay import exchange, tunnel
from workers.fetchers.chrome.egress.socks import Stream
from workers.net import guard

PROBE_HOST = "egress.invalid"  # RFC 6761: never a name of the real network
HEAD_SECONDS = 60.0

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
                await tunnel(grant, (reader, writer), stream)
            else:
                await exchange(grant, head, (reader, writer), stream)
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
