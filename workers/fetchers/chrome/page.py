"""Drives one page of the browser from its address to its HTML."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from playwright.async_api import CDPSession, Error, Page

from schemas.plan import Paginator, Paper, Picture
from workers import errors
from workers.fetchers.base import FetchRequest, Response
from workers.fetchers.chrome import faults
from workers.fetchers.chrome.actions import PageActions
from workers.fetchers.chrome.capture import Capturer
from workers.fetchers.chrome.egress.http1 import HTTP_PORT
from workers.fetchers.chrome.egress.proxy import EgressGrant, is_denial
from workers.fetchers.chrome.intercept import Intercept, header
from workers.fetchers.chrome.traffic import Document, Traffic

SNAPSHOT_FACTOR = 4
"""All snapshots together may be this many times as long as a page may be."""

UNEXPLAINED_FACTOR = 2
"""Bytes that no page accounts for may be this many times what the pages in flight may load."""

NO_CONTENT, RESET_CONTENT = 204, 205


class PageRun:
    """One request on one page. ``deadline`` is in the event loop's seconds."""

    def __init__(
        self, page: Page, request: FetchRequest, grant: EgressGrant, deadline: float
    ) -> None:
        self.page, self.request = page, request
        self._grant, self._deadline = grant, deadline
        loop = asyncio.get_running_loop()
        self.fault: asyncio.Future[None] = loop.create_future()
        self._traffic = Traffic(request.max_bytes, self._too_long, loop.time)
        self._snapshots: list[str] = []
        self._unexplained = grant.unexplained
        self._tasks: set[asyncio.Task[Any]] = set()

    def fail(self, error: errors.FetchError) -> None:
        """End the run with ``error``, whatever it is doing."""
        if not self.fault.done():
            self.fault.set_exception(error)

    def _too_long(self) -> None:
        self.fail(errors.ResponseTooLong())

    def _on_bytes(self) -> None:
        """Fail when far more came than pages account for: a worker loads behind their backs.

        Only the egress proxy sees such bytes, and not whose of the context's pages they are; the
        slack is for what is under way, for headers and for TLS.
        """
        crowd = len(self._grant.listeners)
        slack = self.request.max_bytes * UNEXPLAINED_FACTOR * crowd
        if self._grant.unexplained - self._unexplained > slack:
            self._too_long()

    def _spawn(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        async def quietly() -> None:
            with contextlib.suppress(Error):  # The page closed before the answer reached it.
                await coroutine

        task = asyncio.ensure_future(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run(self) -> Response:
        """Return the page; raises a ``FetchError``. Playwright's errors are translated here."""
        self.page.on("crash", lambda _: self.fail(errors.BrowserCrashed(faults.PAGE_ENDED)))
        self.page.on("popup", lambda popup: self._spawn(popup.close()))
        self._grant.listeners.add(self._on_bytes)
        work = asyncio.ensure_future(self._work())
        try:
            await asyncio.wait((work, self.fault), return_when=asyncio.FIRST_COMPLETED)
            if self.fault.done():
                self.fault.result()
            return work.result()
        except Error as error:
            raise self._translated(error) from error
        finally:
            self._grant.listeners.discard(self._on_bytes)
            self._grant.explained += self._traffic.wire
            work.cancel()
            self.fault.cancel()
            with contextlib.suppress(asyncio.CancelledError, Error, errors.FetchError):
                await work

    def _translated(self, error: Error) -> errors.FetchError:
        seen = self._traffic.answered
        if seen is not None and is_denial(seen.status, seen.headers):
            return errors.BrowserCrashed(faults.ACCESS_LOST)
        refusals = self._grant.refusals
        url = seen.url if seen else self.request.url
        refusal = next(
            (refusal for (host, port), refusal in reversed(refusals.items())
             if _is_at(error.message, host, port) or _is_at(url, host, port)),
            None,
        )  # fmt: skip
        whole = seen is None or seen.is_page
        return faults.translate(error.message, refusal, page=whole)

    async def _work(self) -> Response:
        session = await self.page.context.new_cdp_session(self.page)
        intercept = Intercept(session, self.request, self._spawn)
        await asyncio.gather(
            self._traffic.attach(session), intercept.attach(), self._agent(session)
        )
        actions = PageActions(self.page, session, self._traffic, self._deadline)
        capturer = Capturer(self.page, session, actions, self.request.max_bytes)
        await capturer.prepare(self.request.capture)
        if not await self._open():
            return self._response("")
        await self._act(actions)
        if isinstance(self.request.capture, Paper | Picture):
            return _captured(self._response(" "), *await capturer.capture(self.request.capture))
        if self.request.paginator is not None and self.request.paginator.kind != "next":
            await self._paginate(actions, self.request.paginator)
        return self._response(await self._body(session))

    async def _body(self, session: CDPSession) -> str:
        """Return the page's HTML; of a document that is none (JSON, text), its own text."""
        shown = self._traffic.document
        if shown is None or shown.is_html or self.request.actions:
            return await self._html()
        try:
            answer = await session.send("Network.getResponseBody", {"requestId": shown.request})
        except Error:
            return await self._html()  # The browser has let go of it.
        if answer["base64Encoded"]:
            return base64.b64decode(answer["body"]).decode("utf-8", "replace")
        return str(answer["body"])

    async def _agent(self, session: CDPSession) -> None:
        agent = header(self.request, "user-agent")
        if agent:
            await session.send("Emulation.setUserAgentOverride", {"userAgent": agent})

    async def _open(self) -> bool:
        """Go to the address; False when the answer has no document to show."""
        limit = max(self._deadline - asyncio.get_running_loop().time(), 0.001) * 1000
        try:
            await self.page.goto(self.request.url, wait_until="domcontentloaded", timeout=limit)
        except Error as error:
            if self._bodiless(error.message):
                return False
            raise
        return True

    def _bodiless(self, message: str) -> bool:
        """Whether the server did answer: without a body, which Chromium takes for a failure."""
        answered = self._traffic.answered
        if answered is None:
            return False
        if "ERR_HTTP_RESPONSE_CODE_FAILURE" in message:
            return True
        return "ERR_ABORTED" in message and answered.status in (NO_CONTENT, RESET_CONTENT)

    async def _act(self, actions: PageActions) -> None:
        wanted = self.request.actions
        if not wanted or wanted[0].kind != "waitFor" or self.request.wait_delay:
            await actions.settle()
        await asyncio.sleep(self.request.wait_delay)
        for action in wanted:
            await actions.do(action)
        if wanted and wanted[-1].kind != "waitFor":
            await actions.settle()

    async def _paginate(self, actions: PageActions, paginator: Paginator) -> None:
        """Gather the page's HTML over ``page_num`` pages' worth of scrolls or clicks."""
        await actions.world.watch()
        self._snapshots = [await self._html()]
        for _ in range(paginator.page_num - 1):
            if paginator.kind == "click":
                more = await actions.press(paginator.selector, self._harvest)
            else:
                more = await actions.scroll(self._harvest)
            if not more:
                return

    async def _harvest(self, _added: int, other: int) -> None:
        """Keep what the page shows now; in place of the last, if that was only added to."""
        html = await self._html()
        if other == 0:
            self._snapshots.pop()
        self._snapshots.append(html)
        total = sum(map(len, self._snapshots))
        if total > self.request.max_bytes * SNAPSHOT_FACTOR:
            raise errors.ResponseTooLong

    async def _html(self) -> str:
        try:
            html = await self.page.content()
        except Error as error:
            if "navigating" not in error.message:
                raise
            # The page moves on by itself just now: what it moves to is the page.
            await self.page.wait_for_load_state("domcontentloaded")
            html = await self.page.content()
        if len(html) > self.request.max_bytes:
            raise errors.ResponseTooLong
        return html

    def _response(self, html: str) -> Response:
        shown = self._traffic.document if html else self._traffic.answered
        if shown is None:
            shown = Document(url=self.page.url, status=200, headers=())
        if is_denial(shown.status, shown.headers):
            raise errors.BrowserCrashed(faults.ACCESS_LOST)
        if self._snapshots:
            self._snapshots.append(html)
            if len(self._snapshots) > 1 and self._snapshots[-2] == html:
                self._snapshots.pop()
        return Response(
            url=self.page.url if html and self.page.url.startswith("http") else shown.url,
            status=shown.status,
            headers=shown.headers,
            # Half a surrogate pair, which a script can write, has no UTF-8.
            body=html.encode("utf-8", "replace"),
            milliseconds=0,
            wire_bytes=self._traffic.wire,
            snapshots=tuple(self._snapshots),
        )


def _captured(response: Response, body: bytes, kind: str) -> Response:
    """Return ``response`` with the document in place of the page that it was made of."""
    kept = tuple(pair for pair in response.headers if pair[0] != "content-type")
    return replace(response, body=body, headers=(*kept, ("content-type", kind)))


def _is_at(text: str, host: str, port: int) -> bool:
    """Whether ``text`` speaks of a URL at ``host`` and ``port``."""
    bare = f"[{host}]" if ":" in host else host
    default = {HTTP_PORT: "http", 443: "https"}.get(port)
    starts = [f"://{bare}:{port}"] + ([f"{default}://{bare}/"] if default else [])
    return any(start in text for start in starts)
