"""One running browser and its contexts: a context a process, with its own cookies and storage."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import Any

from playwright.async_api import Error, Playwright

from workers import errors
from workers.fetchers.chrome.context import Context, ContextKey, authenticate
from workers.fetchers.chrome.driver import start_driver
from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.proxy import PROBE_HOST, EgressProxy
from workers.fetchers.chrome.find import find_browser
from workers.fetchers.chrome.launch import Launched, launch, options_for
from workers.fetchers.chrome.page import PageRun

IDLE_CONTEXTS = 8
CLOSE_SECONDS = 3.0
STEP_SECONDS = 10.0


class Browser:
    """One Chromium with its egress, its driver and its minder. Lives on one event loop."""

    def __init__(
        self, playwright: Playwright, egress: EgressProxy, launched: Launched, *, images: bool
    ) -> None:
        self.playwright, self.egress, self.launched = playwright, egress, launched
        self.images = images
        self.runs: set[PageRun] = set()
        self.served = 0
        self._users: Counter[ContextKey] = Counter()
        self.born = self.used = asyncio.get_running_loop().time()
        self.retired = self.lost = self.closing = False
        self.contexts: dict[ContextKey, asyncio.Task[Context]] = {}
        launched.browser.on("disconnected", lambda _: self.lose())

    @classmethod
    async def open(cls, chrome_path: str, *, images: bool) -> Browser:
        """Start everything; ``images``: its pages load them. Raises ``BrowserUnavailable``."""
        playwright = await start_driver()
        egress = EgressProxy()
        try:
            path = find_browser(chrome_path, bundled=playwright.chromium.executable_path)
            await egress.open()
            launched = await launch(playwright, path, options_for(egress.port, images=images))
            return cls(playwright, egress, launched, images=images)
        except BaseException:
            await egress.close()
            await playwright.stop()
            raise

    def retire(self) -> None:
        """Take no new page; those that are shown are shown to their end."""
        self.retired = True

    def lose(self, why: str | None = None) -> None:
        """The browser ended: so do the pages in flight, and nothing else."""
        self.lost = True
        for run in self.runs:
            run.fail(errors.BrowserCrashed(why))

    @property
    def users(self) -> int:
        """How many pages are shown, about to be shown or being closed."""
        return self._users.total()

    def add_user(self, key: ContextKey) -> None:
        """Count a user of the context of ``key``, whether that is there yet or not."""
        self._users[key] += 1

    def remove_user(self, key: ContextKey) -> None:
        """Count one less."""
        self._users[key] -= 1

    async def context(self, key: ContextKey, state: Any | None) -> Context:  # noqa: ANN401 - Playwright's JSON
        """Return the context of ``key``; one that has to be opened begins with ``state``."""
        task = self.contexts.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self.contexts[key] = asyncio.ensure_future(self._open_context(key, state))
        # One caller's deadline must not undo the context that the others wait for.
        return await asyncio.shield(task)

    async def _open_context(self, key: ContextKey, state: Any | None) -> Context:  # noqa: ANN401 - as above
        grant = EgressGrant(networks=key.networks, upstream=key.proxy)
        self.egress.admit(grant)
        async with asyncio.timeout(STEP_SECONDS):
            handle = await self.launched.browser.new_context(
                accept_downloads=False, storage_state=state, viewport={"width": 1280, "height": 900}
            )
            await authenticate(handle, grant)
        return Context(key=key, handle=handle, grant=grant)

    def open_contexts(self) -> list[Context]:
        """Return the contexts that are ready."""
        done = [task for task in self.contexts.values() if task.done() and not task.cancelled()]
        return [task.result() for task in done if task.exception() is None]

    async def keeps_access(self) -> bool:
        """Whether the pages of all contexts still pass the egress.

        Chromium's network process keeps the passwords, and may die without its browser.
        """
        try:
            async with asyncio.timeout(STEP_SECONDS):
                return all([await self._has_access(context) for context in self.open_contexts()])
        except TimeoutError:
            return False

    async def _has_access(self, context: Context) -> bool:
        try:
            page = await context.handle.new_page()
            answer = await page.goto(f"http://{PROBE_HOST}/")
            await page.close()
        except Error:
            answer = None
        # A context that was closed meanwhile tells nothing.
        return (answer is not None and answer.ok) or context.key not in self.contexts

    async def answers(self) -> bool:
        """Whether the browser answers a simple question."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                for context in self.open_contexts()[:1]:
                    await context.handle.cookies()
        except (Error, TimeoutError):
            return False
        return True

    def surplus(self) -> list[Context]:
        """Return the contexts that have been empty longest, when there are many."""
        empty = sorted(
            (context for context in self.open_contexts() if not self._users[context.key]),
            key=lambda context: context.used,
        )
        return empty[: max(len(empty) - IDLE_CONTEXTS, 0)]

    async def close_context(self, context: Context) -> None:
        """Close one context and forget what was in it."""
        self.contexts.pop(context.key, None)
        self.egress.revoke(context.grant)
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await context.handle.close()

    async def close(self) -> None:
        """Stop the browser and all that belongs to it; never fails, never waits for long."""
        self.lose()
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.launched.browser.close()
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.playwright.stop()
        await self.launched.minder.end()
        await self.egress.close()
