"""One running browser and its rooms: a context a process, with its own cookies and storage."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Error, Playwright, async_playwright

from workers import errors
from workers.fetchers.base import FetchRequest
from workers.fetchers.chrome import cookies
from workers.fetchers.chrome.egress.proxy import GREETING_HOST, Gate, Passage
from workers.fetchers.chrome.find import find_browser
from workers.fetchers.chrome.intercept import header
from workers.fetchers.chrome.launch import Launched, launch, options_for
from workers.fetchers.chrome.page import PageRun
from workers.fetchers.guard import Networks

IDLE_ROOMS = 8
CLOSE_SECONDS = 3.0
STEP_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomKey:
    """What may share cookies and storage: one profile, through one proxy, under one guard."""

    profile: str
    proxy: str
    networks: Networks


@dataclass(slots=True, kw_only=True)
class Room:
    """A context with its right to pass the gate."""

    key: RoomKey
    context: BrowserContext
    passage: Passage
    used: float = 0.0

    async def bring(self, lines: Iterable[str], request: FetchRequest) -> None:
        """Put the process' cookies, and the request's own, into the jar."""
        given = [*cookies.from_lines(lines), *await self._wished(request)]
        if not given:
            return
        try:
            await self.context.add_cookies(given)  # type: ignore[arg-type]  # plain dicts, as documented
        except Error:
            # One that the browser does not like spoils the lot; the rest is still worth having.
            for cookie in given:
                with contextlib.suppress(Error):
                    await self.context.add_cookies([cookie])  # type: ignore[list-item]  # as above

    async def _wished(self, request: FetchRequest) -> list[dict[str, Any]]:
        """Return the request's own cookies, less those that the server has set anew since."""
        pairs = [*cookies.from_header(header(request, "cookie")), *request.cookies]
        if not pairs:
            return []
        there = {cookie["name"] for cookie in await self.context.cookies(request.url)}
        return [
            {"name": name, "value": value, "url": request.url}
            for name, value in pairs
            if name not in there
        ]


class House:
    """One Chromium with its gate, its driver and its minder. Lives on one event loop."""

    def __init__(
        self, playwright: Playwright, gate: Gate, launched: Launched, *, images: bool
    ) -> None:
        self.playwright, self.gate, self.launched = playwright, gate, launched
        self.images = images
        self.runs: set[PageRun] = set()
        self.served = 0
        self._guests: Counter[RoomKey] = Counter()
        self.born = self.used = asyncio.get_running_loop().time()
        self.lost = self.leaving = False
        self.rooms: dict[RoomKey, asyncio.Task[Room]] = {}
        launched.browser.on("disconnected", lambda _: self.lose())

    @classmethod
    async def build(cls, chrome_path: str, *, images: bool) -> House:
        """Start everything; ``images``: its pages load them. Raises ``BrowserUnavailable``."""
        playwright = await async_playwright().start()
        gate = Gate()
        try:
            path = find_browser(chrome_path, bundled=playwright.chromium.executable_path)
            await gate.open()
            launched = await launch(playwright, path, options_for(gate.port, images=images))
            return cls(playwright, gate, launched, images=images)
        except BaseException:
            await gate.close()
            await playwright.stop()
            raise

    def lose(self, why: str | None = None) -> None:
        """The browser ended: so do the pages in flight, and nothing else."""
        self.lost = True
        for run in self.runs:
            run.fail(errors.BrowserCrashed(why))

    @property
    def guests(self) -> int:
        """How many are in, on their way in or on their way out."""
        return self._guests.total()

    def enter(self, key: RoomKey) -> None:
        """Count a guest for the room of ``key``, whether that is there yet or not."""
        self._guests[key] += 1

    def leave(self, key: RoomKey) -> None:
        """Count one less."""
        self._guests[key] -= 1

    async def room(self, key: RoomKey, state: Any | None) -> Room:  # noqa: ANN401 - Playwright's JSON
        """Return the room of ``key``, furnished with ``state`` if it has to be made."""
        task = self.rooms.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self.rooms[key] = asyncio.ensure_future(self._furnish(key, state))
        # One caller's deadline must not undo the room that the others wait for.
        return await asyncio.shield(task)

    async def _furnish(self, key: RoomKey, state: Any | None) -> Room:  # noqa: ANN401 - as above
        passage = Passage(networks=key.networks, upstream=key.proxy)
        self.gate.admit(passage)
        async with asyncio.timeout(STEP_SECONDS):
            context = await self.launched.browser.new_context(
                accept_downloads=False, storage_state=state, viewport={"width": 1280, "height": 900}
            )
            await _introduce(context, passage)
        return Room(key=key, context=context, passage=passage)

    def open_rooms(self) -> list[Room]:
        """Return the rooms that are ready."""
        done = [task for task in self.rooms.values() if task.done() and not task.cancelled()]
        return [task.result() for task in done if task.exception() is None]

    async def knows_its_way(self) -> bool:
        """Whether the pages of all rooms still pass the gate.

        Chromium's network process keeps the passwords, and may die without its browser.
        """
        try:
            async with asyncio.timeout(STEP_SECONDS):
                return all([await self._passes(room) for room in self.open_rooms()])
        except TimeoutError:
            return False

    async def _passes(self, room: Room) -> bool:
        try:
            page = await room.context.new_page()
            answer = await page.goto(f"http://{GREETING_HOST}/")
            await page.close()
        except Error:
            answer = None
        # A room that was closed meanwhile tells nothing.
        return (answer is not None and answer.ok) or room.key not in self.rooms

    async def answers(self) -> bool:
        """Whether the browser answers a simple question."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                for room in self.open_rooms()[:1]:
                    await room.context.cookies()
        except (Error, TimeoutError):
            return False
        return True

    def surplus(self) -> list[Room]:
        """Return the rooms that have been empty longest, when there are many."""
        empty = sorted(
            (room for room in self.open_rooms() if not self._guests[room.key]),
            key=lambda room: room.used,
        )
        return empty[: max(len(empty) - IDLE_ROOMS, 0)]

    async def clear(self, room: Room) -> None:
        """Close one room and forget what was in it."""
        self.rooms.pop(room.key, None)
        self.gate.dismiss(room.passage)
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await room.context.close()

    async def pull_down(self) -> None:
        """Stop the browser and all that belongs to it; never fails, never waits for long."""
        self.lose()
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.launched.browser.close()
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.playwright.stop()
        await self.launched.minder.end()
        await self.gate.close()


async def _introduce(context: BrowserContext, passage: Passage) -> None:
    """Make the context know its password for the gate.

    Chromium remembers a proxy's password per context once it was asked for it, and then sends it
    along unasked, for service workers and WebSockets too. Answering each time would mean to hold up
    every single request.
    """
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    word = {"username": passage.user, "password": passage.password}
    tasks: set[asyncio.Future[Any]] = set()

    def answer(event: dict[str, Any], verb: str, **more: Any) -> None:  # noqa: ANN401 - CDP's JSON
        where = {"requestId": event["requestId"], **more}
        tasks.add(asyncio.ensure_future(session.send(verb, where)))

    challenge = {"response": "ProvideCredentials", **word}
    session.on(
        "Fetch.authRequired",
        lambda e: answer(e, "Fetch.continueWithAuth", authChallengeResponse=challenge),
    )
    session.on("Fetch.requestPaused", lambda e: answer(e, "Fetch.continueRequest"))
    await session.send("Fetch.enable", {"handleAuthRequests": True})
    greeting = await page.goto(f"http://{GREETING_HOST}/")
    await asyncio.gather(*tasks, return_exceptions=True)
    await page.close()
    if greeting is None or not greeting.ok:
        raise Error("The browser did not show its password.")
