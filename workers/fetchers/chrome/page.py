"""Drives one page of the browser from its address to its HTML."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from playwright.async_api import CDPSession, Error, Page

from workers import errors
from workers.fetchers.base import FetchRequest, Response
from workers.fetchers.chrome import faults
from workers.fetchers.chrome.certificates import CertificateChecks
from workers.fetchers.chrome.controls import Controls
from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.http1 import HTTP_PORT
from workers.fetchers.chrome.egress.proxy import is_denial
from workers.fetchers.chrome.intercept import Intercept, header
from workers.fetchers.chrome.isolated_world import IsolatedWorld
from workers.fetchers.chrome.loads import LoadLimit
from workers.fetchers.chrome.traffic import Traffic
from workers.fetchers.chrome.visit import ChromeVisit
from workers.net.trust import trust

UNEXPLAINED_FACTOR = 2
"""Bytes that no page accounts for may be this many times what the pages in flight may load."""


class PageRun:
    """One request on one page. ``deadline`` is in the event loop's seconds."""

    def __init__(
        self, page: Page, request: FetchRequest, grant: EgressGrant, deadline: float
    ) -> None:
        self.page, self.request = page, request
        self._grant, self._deadline = grant, deadline
        loop = asyncio.get_running_loop()
        self.fault: asyncio.Future[None] = loop.create_future()
        self._traffic = Traffic(request.max_bytes, self, loop.time)
        self._certificates = CertificateChecks(trust())
        self._unexplained = grant.unexplained
        self._loads: LoadLimit | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def fail(self, error: errors.FetchError) -> None:
        """End the run with ``error``, whatever it is doing."""
        if not self.fault.done():
            self.fault.set_exception(error)

    def document_shown(self) -> None:
        """Begin to count anew: what came before was for another document."""
        self._unexplained = self._grant.unexplained
        if self._loads is not None:
            self._loads.loaded()

    def document_too_long(self) -> None:
        """Fail: nobody reads on."""
        self.fail(errors.ResponseTooLong())

    def document_cut(self, error: str) -> None:
        """Fail: half a page must not pass for the whole."""
        self.fail(self._translated(error))

    def _on_bytes(self) -> None:
        """Fail when far more came than pages account for: a worker loads behind their backs.

        Only the egress proxy sees such bytes, and not whose of the context's pages they are; the
        slack is for what is under way, for headers and for TLS.
        """
        crowd = len(self._grant.listeners)
        slack = self.request.max_bytes * UNEXPLAINED_FACTOR * crowd
        if self._grant.unexplained - self._unexplained > slack:
            self.document_too_long()

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
            raise self._translated(error.message) from error
        finally:
            self._grant.listeners.discard(self._on_bytes)
            self._grant.explained += self._traffic.wire
            work.cancel()
            self.fault.cancel()
            with contextlib.suppress(asyncio.CancelledError, Error, errors.FetchError):
                await work

    def _translated(self, message: str) -> errors.FetchError:
        seen = self._traffic.answered
        if seen is not None and is_denial(seen.status, seen.headers):
            return errors.BrowserCrashed(faults.ACCESS_LOST)
        if self._certificates.refused(message):
            return errors.TlsFailed()
        refusals = self._grant.refusals
        url = seen.url if seen else self.request.url
        refusal = next(
            (refusal for (host, port), refusal in reversed(refusals.items())
             if _is_at(message, host, port) or _is_at(url, host, port)),
            None,
        )  # fmt: skip
        whole = seen is None or seen.is_page
        return faults.translate(message, refusal, page=whole)

    async def _work(self) -> Response:
        session = await self.page.context.new_cdp_session(self.page)
        intercept = Intercept(session, self.request, self._spawn)
        self._loads = LoadLimit(self._traffic, intercept, self._spawn)
        await asyncio.gather(
            self._traffic.attach(session),
            intercept.attach(),
            self._set_agent(session),
            self._certificates.attach(session, self._spawn),
        )
        controls = Controls(
            page=self.page,
            session=session,
            traffic=self._traffic,
            loads=self._loads,
            world=IsolatedWorld(session),
            deadline=self._deadline,
        )
        return await ChromeVisit(controls, self.request).response()

    async def _set_agent(self, session: CDPSession) -> None:
        agent = header(self.request, "user-agent")
        if agent:
            await session.send("Emulation.setUserAgentOverride", {"userAgent": agent})


def _is_at(text: str, host: str, port: int) -> bool:
    """Whether ``text`` speaks of a URL at ``host`` and ``port``."""
    bare = f"[{host}]" if ":" in host else host
    default = {HTTP_PORT: "http", 443: "https"}.get(port)
    starts = [f"://{bare}:{port}"] + ([f"{default}://{bare}/"] if default else [])
    return any(start in text for start in starts)
