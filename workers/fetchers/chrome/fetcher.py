"""The fetcher of pages that need a browser: Chromium, driven by Playwright.

Pages need several answers from the browser at once, and Playwright's synchronous API can wait for
one at a time and belongs to one thread. So its asynchronous API runs on one background thread, kept
with its warm browser for the life of the program; everybody else stays synchronous.
"""

from __future__ import annotations

import asyncio
import queue
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from workers import errors
from workers.fetchers import proxies
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest, Response
from workers.fetchers.chrome.context import ContextKey
from workers.fetchers.chrome.thread import BrowserThread, browser_thread
from workers.net import guard

COOKIE_SECONDS = 5.0


class ChromeFetcher:
    """Pages of one slice in flight, in the browser profile of its process.

    ``FetcherOptions.profile`` names the profile: fetchers with the same one share cookies and
    storage while this program keeps them, and an empty one is thrown away at ``close``.
    """

    def __init__(self, options: FetcherOptions) -> None:
        self._options = options
        self._networks = guard.parse_networks(options.allowed_networks)
        self._profile = options.profile or f"once-{secrets.token_hex(8)}"
        self._thread: BrowserThread | None = None
        self._ended: queue.SimpleQueue[Exchange] = queue.SimpleQueue()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._number = self._in_flight = 0
        self._closed = False
        self._jar = options.cookies
        self._cookies_sent: set[ContextKey] = set()

    @property
    def in_flight(self) -> int:
        """How many started requests have not come back yet."""
        return self._in_flight

    def start(self, request: FetchRequest) -> None:
        """Begin ``request``; returns at once. What can't be fetched comes back from ``poll``."""
        self._in_flight += 1
        try:
            request = self._checked(request)
        except errors.FetchError as error:
            self._ended.put(Exchange(key=request.key, error=error))
            return
        if self._thread is None:
            self._thread = browser_thread(self._options.chrome_path)
        self._number += 1
        self._thread.call(self._begin, self._number, request, time.monotonic())

    def _checked(self, request: FetchRequest) -> FetchRequest:
        if request.proxy and request.proxy.partition("://")[0] not in proxies.SCHEMES:
            raise errors.ProxyFailed("No proxy is configured for that country.")
        return replace(request, url=guard.normal_url(request.url))

    def _begin(self, number: int, request: FetchRequest, started: float) -> None:
        """Start the work; runs on the browser's thread, as every coroutine here does."""
        if self._closed:
            return
        task = asyncio.ensure_future(self._exchange(request, started))
        self._tasks[number] = task
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    async def _exchange(self, request: FetchRequest, started: float) -> None:
        response, error = None, None
        try:
            response = await self._bounded(request, started)
        except errors.FetchError as fault:
            error = fault
        except errors.BrowserUnavailable as fault:
            error = errors.BrowserMissing(fault.message)
        except Exception as fault:  # noqa: BLE001 - one page's fault must never leave poll
            error = errors.BrowserCrashed(f"The browser could not show the page: {fault!r:.200}")
        spent = _since(started)
        if response is not None:
            response = replace(response, milliseconds=spent)
        self._ended.put(
            Exchange(key=request.key, response=response, error=error, milliseconds=spent)
        )

    async def _bounded(self, request: FetchRequest, started: float) -> Response:
        deadline = started + request.timeout  # the loop's clock is time.monotonic
        thread = self._thread
        if thread is None:
            raise errors.BrowserCrashed
        key = ContextKey(profile=self._profile, proxy=request.proxy, networks=self._networks)
        cookies = () if key in self._cookies_sent else self._options.cookies
        self._cookies_sent.add(key)
        try:
            async with asyncio.timeout_at(deadline):
                return await thread.pool.fetch(key, request, deadline, cookies)
        except TimeoutError as error:
            raise errors.FetchTimeout from error

    def poll(self, timeout: float) -> Sequence[Exchange]:
        """Wait up to ``timeout`` seconds for something to end and return all that ended."""
        ended: list[Exchange] = []
        try:
            ended.append(self._ended.get(timeout=max(timeout, 0)))
            while True:
                ended.append(self._ended.get_nowait())
        except queue.Empty:
            pass
        self._in_flight -= len(ended)
        return ended

    def cookies(self) -> tuple[str, ...]:
        """Return the profile's cookies as Netscape lines; as last known if the browser is gone."""
        if self._thread is not None and not self._closed:
            lines = self._thread.ask(self._thread.pool.cookies(self._profile), COOKIE_SECONDS)
            self._jar = self._jar if lines is None else lines
        return self._jar

    def close(self) -> None:
        """Abandon what is in flight. The browser stays warm for the next slice."""
        if self._closed:
            return
        self._closed = True
        self._in_flight = 0
        if self._thread is not None:
            self._thread.ask(self._cancel_all(self._thread), COOKIE_SECONDS)

    async def _cancel_all(self, thread: BrowserThread) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not self._options.profile:
            await thread.pool.forget(self._profile)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
