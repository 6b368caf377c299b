"""The test site itself: a real HTTP server in a thread, which remembers everything it was asked.

It stands on asyncio, unlike the product, because it holds hundreds of slow connections at once.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

from tests.site import faults, pages, shop
from tests.site.listening import Listening
from tests.site.wire import MAX_HEAD, Reply, SiteRequest, read_request

GONE = 0.2  # seconds until a client's leaving is noticed
LOGGED = 300_000  # requests remembered
HERE = Path(__file__).parent


async def _while_connected(
    fault: Coroutine[None, None, None], reader: asyncio.StreamReader
) -> None:
    """Let ``fault`` go on until it ends or the client has gone."""
    task = asyncio.create_task(fault)
    try:
        while not task.done() and not reader.at_eof():
            await asyncio.wait((task,), timeout=GONE)
    finally:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class SiteServer(Listening):
    """A running site. ``url`` is its root, ``log`` what it was asked: method, path, time, headers.

    ``robots`` is (status, body) of its robots.txt. ``root`` is a folder served under ``/files/``.
    ``pause`` is how many seconds a page of the shop takes; ``broken`` is path → the status that the
    page has instead; ``traps`` is path → what is called while somebody waits for the page.
    """

    def __init__(self, port: int = 0, *, host: str = "127.0.0.1", root: Path | None = None) -> None:
        self.host = host
        self.root = root
        self.log: deque[dict[str, object]] = deque(maxlen=LOGGED)
        self.robots: tuple[int, bytes] = (404, b"")
        self.pause = 0.0
        self.broken: dict[str, int] = {}
        self.traps: dict[str, Callable[[], None]] = {}
        self.open_connections = 0
        self.accepted = 0
        self._given: Counter[str] = Counter()
        self._routes: dict[str, Callable[[SiteRequest], Reply]] = {
            "/shop/": shop.page,
            "/status/": self._status,
            "/robots.txt": self._robots,
            "/_": self._control,
            "/dynamic/": self._file,
            "/files/": self._file,
            **pages.ROUTES,
        }
        super().__init__(host, port, limit=MAX_HEAD)

    @property
    def url(self) -> str:
        """The site's root without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def paths(self) -> list[str]:
        """Return the targets that were asked for, in order."""
        return [str(entry["path"]) for entry in self.log]

    def reset(self) -> None:
        """Forget everything but the port."""
        self.log.clear()
        self._given.clear()
        self.robots = (404, b"")

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_connections += 1
        self.accepted += 1
        try:
            with suppress(ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
                while (request := await read_request(reader)) and not writer.is_closing():
                    await self._answer(request, reader, writer)
        finally:
            self.open_connections -= 1
            writer.close()

    async def _answer(
        self, request: SiteRequest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if not request.path.startswith("/_"):
            self.log.append(
                {
                    "method": request.method,
                    "path": request.target,
                    "time": time.time(),
                    "headers": request.headers,
                    "body": request.body.decode("latin-1"),
                }
            )
        for prefix, fault in faults.ROUTES.items():
            if request.path.startswith(prefix):
                await _while_connected(fault(request, writer), reader)
                return
        if request.path in self.traps:
            await asyncio.to_thread(self.traps[request.path])
        if self.pause and request.path.startswith("/shop/"):
            await asyncio.sleep(self.pause)
        writer.write(self._page(request).encode(head_only=request.method == "HEAD"))
        await writer.drain()

    def _page(self, request: SiteRequest) -> Reply:
        if request.path in self.broken:
            return Reply(status=self.broken[request.path], body=b"<h1>Broken</h1>")
        for prefix, page in self._routes.items():
            if request.path.startswith(prefix):
                return page(request)
        found = request.path == "/"
        return pages.index(request) if found else Reply(status=404, body=b"<h1>404</h1>")

    def _robots(self, _: SiteRequest) -> Reply:
        return Reply(status=self.robots[0], body=self.robots[1], content_type="text/plain")

    def _status(self, request: SiteRequest) -> Reply:
        """``/status/<code>?times=&key=&retry_after=``: that status, the first so many times."""
        key = f"{request.path} {request.query.get('key', '')}"
        self._given[key] += 1
        if self._given[key] > request.number("times", 1e9):
            return Reply(body=b"<p class=text>At last.</p>")
        wait = request.query.get("retry_after")
        headers = (("Retry-After", wait),) if wait else ()
        status = int(request.path.rpartition("/")[2])
        return Reply(status=status, body=b"<p class=text>An error page.</p>", headers=headers)

    def _control(self, request: SiteRequest) -> Reply:
        """``/_log`` tells, ``POST /_reset`` forgets, ``POST /_robots?status=`` sets robots.txt."""
        if request.path == "/_reset":
            self.reset()
        elif request.path == "/_robots":
            self.robots = (int(request.number("status", 200)), request.body)
        told = list(self.log) if request.path == "/_log" else {"requests": len(self.log)}
        return Reply(body=json.dumps(told).encode(), content_type="application/json")

    def _file(self, request: SiteRequest) -> Reply:
        path = request.path
        folder = HERE if path.startswith("/dynamic/") else self.root
        if folder is None:
            return Reply(status=404)
        top = (folder / "dynamic" if folder is HERE else folder).resolve()
        found = (top / path.split("/", 2)[2]).resolve()
        if found.is_dir():
            found /= "index.html"
        if not found.is_relative_to(top) or not found.is_file():
            return Reply(status=404, body=b"<h1>404</h1>")
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        return Reply(body=found.read_bytes(), content_type=kind)
