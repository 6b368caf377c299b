"""Keeps one warm browser for this program, and one more for pages with images while there are any.

A browser is replaced after many pages, a long time, or when it grew too big; the old one shows its
last pages to the end while new pages already go to the new one. One that crashed or hangs is simply
left behind. After a while without work there is none.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from playwright.async_api import Error

from workers import errors
from workers.fetchers.base import FetchRequest, Response
from workers.fetchers.chrome import cookies, faults, memory
from workers.fetchers.chrome.browser import CLOSE_SECONDS, House, Room, RoomKey
from workers.fetchers.chrome.memory import Limits
from workers.fetchers.chrome.page import PageRun
from workers.fetchers.cookies import jar_lines

T = TypeVar("T")

TICK_SECONDS = 2.0
KEPT_PROFILES = 64


class Keeper:
    """All of it runs on one event loop."""

    def __init__(self, chrome_path: str = "", limits: Limits | None = None) -> None:
        self.chrome_path = chrome_path
        self.limits = limits or Limits()
        self.houses: list[House] = []
        self._doubts: dict[House, asyncio.Task[None]] = {}
        self._builds: dict[bool, asyncio.Task[House]] = {}
        self._chores: set[asyncio.Task[Any]] = set()
        self._ticker: asyncio.Task[None] | None = None
        self._kept: dict[str, Any] = {}

    async def fetch(
        self, key: RoomKey, request: FetchRequest, deadline: float, cookies: tuple[str, ...] = ()
    ) -> Response:
        """Show ``request`` in the room of ``key``. Raises ``FetchError`` or BrowserUnavailable."""
        house = await self._house(images=request.images)
        house.enter(key)
        house.served += 1
        try:
            return await self._visit(house, key, request, deadline, cookies)
        except errors.BrowserCrashed:
            # Whatever it was, the next page had better not depend on it.
            await self._health(house)
            raise
        finally:
            house.leave(key)
            house.used = asyncio.get_running_loop().time()
            self._chore(self._review())

    async def _visit(
        self,
        house: House,
        key: RoomKey,
        request: FetchRequest,
        deadline: float,
        cookies: tuple[str, ...],
    ) -> Response:
        try:
            room = await house.room(key, await self._state(house, key))
            await room.bring(cookies, request)
            page = await room.context.new_page()
        except (Error, TimeoutError) as error:
            self._leave_behind(house)
            why = str(error).partition("\n")[0][:200] or "it took too long"
            raise errors.BrowserCrashed(f"The browser opened no page: {why}.") from error
        except asyncio.CancelledError:
            # The page's time ended before there was a page: a browser that hangs looks like that.
            self._chore(self._health(house))
            raise
        run = PageRun(page, request, room.passage, deadline)
        house.runs.add(run)
        house.enter(key)
        if house.lost:
            run.fail(errors.BrowserCrashed())
        try:
            return await run.run()
        finally:
            house.runs.discard(run)
            self._chore(self._see_off(house, room, run))

    async def _see_off(self, house: House, room: Room, run: PageRun) -> None:
        """Close the page; a browser that can't even do that is left behind."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await run.page.close()
        except (Error, TimeoutError):
            if not run.page.is_closed():
                self._leave_behind(house)
        finally:
            house.leave(room.key)
            room.used = house.used = asyncio.get_running_loop().time()
            self._chore(self._review())

    async def _house(self, *, images: bool) -> House:
        while fit := [h for h in self.houses if h.images is images and not self._spent(h)]:
            if fit[-1] not in self._doubts:
                return fit[-1]
            await asyncio.shield(self._doubts[fit[-1]])
        if images not in self._builds:
            self._builds[images] = self._chore(self._build(images=images))
        # One page's deadline must not undo what the others wait for, nor leave it half started.
        return await asyncio.shield(self._builds[images])

    async def _build(self, *, images: bool) -> House:
        if self._ticker is None:
            self._ticker = asyncio.ensure_future(self._tick())
        try:
            house = await House.build(self.chrome_path, images=images)
        finally:
            del self._builds[images]
        house.gate.denied = lambda: self._doubt(house)
        self.houses.append(house)
        return house

    def _spent(self, house: House) -> bool:
        age = asyncio.get_running_loop().time() - house.born
        return (
            house.leaving
            or house.lost
            or house.served >= self.limits.pages
            or age >= self.limits.age
        )

    def _leave_behind(self, house: House) -> None:
        house.served = self.limits.pages

    def _doubt(self, house: House) -> None:
        """Let no page into a browser that is denied at its own gate before that is explained."""
        if house not in self._doubts and not house.lost:
            self._doubts[house] = self._chore(self._explain(house))

    async def _explain(self, house: House) -> None:
        """Give the browser up, with all of its pages, if it has forgotten its way out."""
        try:
            if not await house.knows_its_way():
                house.lose(faults.ASTRAY)
        finally:
            del self._doubts[house]

    async def _health(self, house: House) -> None:
        """Leave the browser behind if it does not answer a simple question."""
        if not await house.answers():
            self._leave_behind(house)

    async def _state(self, house: House, key: RoomKey) -> Any | None:  # noqa: ANN401 - Playwright's JSON
        """Return what a new room of this profile starts with, from wherever it lived before."""
        if not key.profile or key in house.rooms:
            return None
        for other in reversed(self.houses):
            for room in other.open_rooms():
                if room.key.profile == key.profile and not other.lost:
                    with contextlib.suppress(Error, TimeoutError):
                        async with asyncio.timeout(CLOSE_SECONDS):
                            return await room.context.storage_state()
        return self._kept.get(key.profile)

    async def cookies(self, profile: str) -> tuple[str, ...] | None:
        """Return the profile's cookies as Netscape lines; None when it has no room now."""
        jar: dict[tuple[str, str, str], str] = {}
        rooms = [r for h in self.houses if not h.lost for r in h.open_rooms()]
        mine = sorted((r for r in rooms if r.key.profile == profile), key=lambda r: r.used)
        for room in mine:
            for cookie in await room.context.cookies():
                place = (cookie["domain"], cookie["path"], cookie["name"])
                jar[place] = cookies.to_line(cookie)
        return jar_lines(jar.values()) if mine else None

    async def forget(self, profile: str) -> None:
        """Close the rooms of a profile that will not come back."""
        for house in self.houses:
            for room in house.open_rooms():
                if room.key.profile == profile:
                    await house.clear(room)
        self._kept.pop(profile, None)

    def _chore(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(coroutine)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
        return task

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for house in self.houses:
                memory.watch(house, self.limits.memory, self.limits.page_memory)
            # Not here: who closes the keeper ends this loop, but waits for its chores.
            self._chore(self._review())

    async def _review(self) -> None:
        """Pull down what is spent and empty, or idle for long; tidy the rest."""
        now = asyncio.get_running_loop().time()
        for house in tuple(self.houses):
            old = self._spent(house) or now - house.used >= self.limits.idle
            if house.leaving:
                continue
            if old and not house.guests:
                house.leaving = True
                await self._move_out(house)
            else:
                for room in house.surplus():
                    await self._keep(room)
                    await house.clear(room)

    async def _move_out(self, house: House) -> None:
        """Save what its rooms hold, as far as they still answer, and pull the house down."""
        if not house.lost:
            await asyncio.gather(*(self._keep(room) for room in house.open_rooms()))
        if house in self.houses:
            self.houses.remove(house)
        await house.pull_down()

    async def _keep(self, room: Room) -> None:
        """Remember a room's cookies and storage for the next room of its profile."""
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                state = await room.context.storage_state()
            self._kept.pop(room.key.profile, None)
            self._kept[room.key.profile] = state
            if len(self._kept) > KEPT_PROFILES:
                del self._kept[next(iter(self._kept))]

    async def close(self) -> None:
        """End every browser."""
        if self._ticker is not None:
            self._ticker.cancel()
        await asyncio.gather(*self._builds.values(), return_exceptions=True)
        houses, self.houses = self.houses, []
        for house in houses:
            house.leaving = True
        await asyncio.gather(*(house.pull_down() for house in houses))
        await asyncio.gather(*self._chores, return_exceptions=True)
