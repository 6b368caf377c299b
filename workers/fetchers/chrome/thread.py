"""The background thread that the browser's event loop runs on, one a program."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar, TypeVarTuple

from playwright.async_api import Error

from workers.fetchers.chrome.memory import MemoryLimits
from workers.fetchers.chrome.pool import BrowserPool

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

END_SECONDS = 15.0


class BrowserThread:
    """An event loop on a thread of its own, with the pool of browsers on it."""

    def __init__(self, chrome_path: str, limits: MemoryLimits | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        # Playwright leaves answers to abandoned questions behind; a page that ended needs none.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self.pid = os.getpid()
        self.pool = BrowserPool(chrome_path, limits)
        self._thread = threading.Thread(target=self._run, name="chrome", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    @property
    def alive(self) -> bool:
        """Whether this thread is of this program; a fork takes the object along, not the thread."""
        return self.pid == os.getpid() and self._thread.is_alive()

    def call(self, function: Callable[[*Ts], object], *args: *Ts) -> None:
        """Have the loop call ``function``; returns at once."""
        self._loop.call_soon_threadsafe(function, *args)

    def ask(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T | None:
        """Return what ``coroutine`` gives, or None when it fails or takes longer."""
        if not self.alive:
            coroutine.close()
            return None
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(seconds)
        except (FutureTimeout, Error):
            future.cancel()
            return None

    def end(self) -> None:
        """Stop the browser and the thread."""
        if not self.alive:
            return
        self.ask(self.pool.close(), END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_SECONDS)
        with contextlib.suppress(RuntimeError):
            self._loop.close()


_threads: dict[str, BrowserThread] = {}
_lock = threading.Lock()


def browser_thread(chrome_path: str = "") -> BrowserThread:
    """Return this program's browser thread, started at the first call after a fork."""
    with _lock:
        found = _threads.get(chrome_path)
        if found is None or not found.alive:
            if not _threads:
                atexit.register(end_browsers)
            found = _threads[chrome_path] = BrowserThread(chrome_path)
        return found


def end_browsers() -> None:
    """Stop every browser of this program; the next fetcher starts a new one."""
    with _lock:
        threads = list(_threads.values())
        _threads.clear()
    for thread in threads:
        thread.end()
