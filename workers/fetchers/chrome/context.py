"""One context of a browser: a process' cookies and storage, and its right to the network."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Error

from workers.fetchers.base import FetchRequest
from workers.fetchers.chrome import cookies
from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.proxy import PROBE_HOST
from workers.fetchers.chrome.intercept import header
from workers.net.guard import Networks


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextKey:
    """What may share cookies and storage: one profile, through one proxy, under one guard."""

    profile: str
    proxy: str
    networks: Networks


@dataclass(slots=True, kw_only=True)
class Context:
    """A context with its right to pass the egress."""

    key: ContextKey
    handle: BrowserContext
    grant: EgressGrant
    used: float = 0.0

    async def add_cookies(self, lines: Iterable[str], request: FetchRequest) -> None:
        """Put the process' cookies, and the request's own, into the jar."""
        wanted = [*cookies.from_lines(lines), *await self._request_cookies(request)]
        if not wanted:
            return
        try:
            await self.handle.add_cookies(wanted)  # type: ignore[arg-type]  # plain dicts, as documented
        except Error:
            # One that the browser does not like spoils the lot; the rest is still worth having.
            for cookie in wanted:
                with contextlib.suppress(Error):
                    await self.handle.add_cookies([cookie])  # type: ignore[list-item]  # as above

    async def _request_cookies(self, request: FetchRequest) -> list[dict[str, Any]]:
        """Return the request's own cookies, less those that the server has set anew since."""
        pairs = [*cookies.from_header(header(request, "cookie")), *request.cookies]
        if not pairs:
            return []
        there = {cookie["name"] for cookie in await self.handle.cookies(request.url)}
        return [
            {"name": name, "value": value, "url": request.url}
            for name, value in pairs
            if name not in there
        ]


async def authenticate(handle: BrowserContext, grant: EgressGrant) -> None:
    """Make the context know its password for the egress.

    Chromium remembers a proxy's password per context once it was asked for it, and then sends it
    along unasked, for service workers and WebSockets too. Answering each time would mean to hold up
    every single request.
    """
    page = await handle.new_page()
    session = await handle.new_cdp_session(page)
    credentials = {"username": grant.user, "password": grant.password}
    tasks: set[asyncio.Future[Any]] = set()

    def answer(event: dict[str, Any], verb: str, **more: Any) -> None:  # noqa: ANN401 - CDP's JSON
        where = {"requestId": event["requestId"], **more}
        tasks.add(asyncio.ensure_future(session.send(verb, where)))

    challenge = {"response": "ProvideCredentials", **credentials}
    session.on(
        "Fetch.authRequired",
        lambda e: answer(e, "Fetch.continueWithAuth", authChallengeResponse=challenge),
    )
    session.on("Fetch.requestPaused", lambda e: answer(e, "Fetch.continueRequest"))
    await session.send("Fetch.enable", {"handleAuthRequests": True})
    answered = await page.goto(f"http://{PROBE_HOST}/")
    await asyncio.gather(*tasks, return_exceptions=True)
    await page.close()
    if answered is None or not answered.ok:
        raise Error("The browser did not show its password.")
