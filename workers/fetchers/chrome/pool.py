"""Keeps one warm browser for this program, and one more for pages with images while there are any.

A browser is replaced after many pages, a long time, or when it grew too big; the old one shows its
last pages to the end while new pages already go to the new one. So is one that crashed or hangs.
After a while without work there is none.
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
from workers.fetchers.chrome.browser import CLOSE_SECONDS, Browser
from workers.fetchers.chrome.context import Context, ContextKey
from workers.fetchers.chrome.memory import MemoryLimits
from workers.fetchers.chrome.page import PageRun
from workers.fetchers.cookies import jar_lines

T = TypeVar("T")

TICK_SECONDS = 2.0
MOST_STATES = 64


class BrowserPool:
    """The browsers of this program. All of it runs on one event loop."""

    def __init__(self, chrome_path: str = "", limits: MemoryLimits | None = None) -> None:
        self.chrome_path = chrome_path
        self.limits = limits or MemoryLimits()
        self.browsers: list[Browser] = []
        self._checks: dict[Browser, asyncio.Task[None]] = {}
        self._openings: dict[bool, asyncio.Task[Browser]] = {}
        self._chores: set[asyncio.Task[Any]] = set()
        self._ticker: asyncio.Task[None] | None = None
        self._states: dict[str, Any] = {}

    async def fetch(
        self, key: ContextKey, request: FetchRequest, deadline: float, cookies: tuple[str, ...] = ()
    ) -> Response:
        """Show ``request`` in its context. Raises ``FetchError`` or BrowserUnavailable."""
        browser = await self._usable(images=request.images)
        browser.add_user(key)
        browser.served += 1
        try:
            return await self._visit(browser, key, request, deadline, cookies)
        except errors.BrowserCrashed:
            # Whatever it was, the next page had better not depend on it.
            await self._check_health(browser)
            raise
        finally:
            browser.remove_user(key)
            browser.used = asyncio.get_running_loop().time()
            self._chore(self._review())

    async def _visit(
        self,
        browser: Browser,
        key: ContextKey,
        request: FetchRequest,
        deadline: float,
        cookies: tuple[str, ...],
    ) -> Response:
        try:
            context = await browser.context(key, await self._state(browser, key))
            await context.add_cookies(cookies, request)
            page = await context.handle.new_page()
        except (Error, TimeoutError) as error:
            browser.retire()
            why = str(error).partition("\n")[0][:200] or "it took too long"
            raise errors.BrowserCrashed(f"The browser opened no page: {why}.") from error
        except asyncio.CancelledError:
            # The page's time ended before there was a page: a browser that hangs looks like that.
            self._chore(self._check_health(browser))
            raise
        run = PageRun(page, request, context.grant, deadline)
        browser.runs.add(run)
        browser.add_user(key)
        if browser.lost:
            run.fail(errors.BrowserCrashed())
        try:
            return await run.run()
        finally:
            browser.runs.discard(run)
            self._chore(self._close_page(browser, context, run))

    async def _close_page(self, browser: Browser, context: Context, run: PageRun) -> None:
        """Close the page; a browser that can't even do that is retired."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await run.page.close()
        except (Error, TimeoutError):
            if not run.page.is_closed():
                browser.retire()
        finally:
            browser.remove_user(context.key)
            context.used = browser.used = asyncio.get_running_loop().time()
            self._chore(self._review())

    async def _usable(self, *, images: bool) -> Browser:
        while fit := [b for b in self.browsers if b.images is images and not self._spent(b)]:
            if fit[-1] not in self._checks:
                return fit[-1]
            await asyncio.shield(self._checks[fit[-1]])
        if images not in self._openings:
            self._openings[images] = self._chore(self._open(images=images))
        # One page's deadline must not undo what the others wait for, nor leave it half started.
        return await asyncio.shield(self._openings[images])

    async def _open(self, *, images: bool) -> Browser:
        if self._ticker is None:
            self._ticker = asyncio.ensure_future(self._tick())
        try:
            browser = await Browser.open(self.chrome_path, images=images)
        finally:
            del self._openings[images]
        browser.egress.denied = lambda: self._suspect(browser)
        self.browsers.append(browser)
        return browser

    def _spent(self, browser: Browser) -> bool:
        age = asyncio.get_running_loop().time() - browser.born
        return (
            browser.retired
            or browser.closing
            or browser.lost
            or browser.served >= self.limits.pages
            or age >= self.limits.age
        )

    def _suspect(self, browser: Browser) -> None:
        """Let no page into a browser that its own egress proxy denied, before it is known why."""
        if browser not in self._checks and not browser.lost:
            self._checks[browser] = self._chore(self._check_access(browser))

    async def _check_access(self, browser: Browser) -> None:
        """Give the browser up, with all of its pages, if it has lost its way out."""
        try:
            if not await browser.keeps_access():
                browser.lose(faults.ACCESS_LOST)
        finally:
            del self._checks[browser]

    async def _check_health(self, browser: Browser) -> None:
        """Retire the browser if it does not answer a simple question."""
        if not await browser.answers():
            browser.retire()

    async def _state(self, browser: Browser, key: ContextKey) -> Any | None:  # noqa: ANN401 - Playwright's JSON
        """Return what a new context of this profile starts with, from wherever it lived before."""
        if not key.profile or key in browser.contexts:
            return None
        for other in reversed(self.browsers):
            for context in other.open_contexts():
                if context.key.profile == key.profile and not other.lost:
                    with contextlib.suppress(Error, TimeoutError):
                        async with asyncio.timeout(CLOSE_SECONDS):
                            return await context.handle.storage_state()
        return self._states.get(key.profile)

    async def cookies(self, profile: str) -> tuple[str, ...] | None:
        """Return the profile's cookies as Netscape lines; None when it has no context now."""
        jar: dict[tuple[str, str, str], str] = {}
        contexts = [c for b in self.browsers if not b.lost for c in b.open_contexts()]
        mine = sorted((c for c in contexts if c.key.profile == profile), key=lambda c: c.used)
        for context in mine:
            for cookie in await context.handle.cookies():
                place = (cookie["domain"], cookie["path"], cookie["name"])
                jar[place] = cookies.to_line(cookie)
        return jar_lines(jar.values()) if mine else None

    async def forget(self, profile: str) -> None:
        """Close the contexts of a profile that will not come back."""
        for browser in self.browsers:
            for context in browser.open_contexts():
                if context.key.profile == profile:
                    await browser.close_context(context)
        self._states.pop(profile, None)

    def _chore(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(coroutine)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
        return task

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for browser in self.browsers:
                memory.watch(browser, self.limits)
            # Not here: who closes the pool ends this loop, but waits for its chores.
            self._chore(self._review())

    async def _review(self) -> None:
        """Close what is spent and empty, or idle for long, and contexts above the number kept."""
        now = asyncio.get_running_loop().time()
        for browser in tuple(self.browsers):
            old = self._spent(browser) or now - browser.used >= self.limits.idle
            if browser.closing:
                continue
            if old and not browser.users:
                browser.closing = True
                await self._shut_down(browser)
            else:
                for context in browser.surplus():
                    await self._save_state(context)
                    await browser.close_context(context)

    async def _shut_down(self, browser: Browser) -> None:
        """Save what its contexts hold, as far as they still answer, and close the browser."""
        if not browser.lost:
            await asyncio.gather(*(self._save_state(one) for one in browser.open_contexts()))
        if browser in self.browsers:
            self.browsers.remove(browser)
        await browser.close()

    async def _save_state(self, context: Context) -> None:
        """Remember a context's cookies and storage for the next context of its profile."""
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                state = await context.handle.storage_state()
            self._states.pop(context.key.profile, None)
            self._states[context.key.profile] = state
            if len(self._states) > MOST_STATES:
                del self._states[next(iter(self._states))]

    async def close(self) -> None:
        """End every browser."""
        if self._ticker is not None:
            self._ticker.cancel()
        await asyncio.gather(*self._openings.values(), return_exceptions=True)
        browsers, self.browsers = self.browsers, []
        for browser in browsers:
            browser.closing = True
        await asyncio.gather(*(browser.close() for browser in browsers))
        await asyncio.gather(*self._chores, return_exceptions=True)
