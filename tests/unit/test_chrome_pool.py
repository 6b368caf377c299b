from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Error

from workers import errors
from workers.fetchers.base import FetchRequest
from workers.fetchers.chrome import pool
from workers.fetchers.chrome.context import ContextKey
from workers.fetchers.chrome.egress.proxy import EgressProxy
from workers.fetchers.chrome.pool import BrowserPool

KEY = ContextKey(profile="p", proxy="", networks=())


class SlowBrowser:
    """A browser that opens no context, has one user who stays, and takes a moment to close."""

    images = lost = closing = retired = False
    users, served = 1, 0
    born = used = 0.0

    def __init__(self) -> None:
        self.begun, self.down = asyncio.Event(), False
        self.contexts: dict[ContextKey, Any] = {}
        self.egress = EgressProxy()

    def open_contexts(self) -> list[Any]:
        """Return no contexts."""
        return []

    def surplus(self) -> list[Any]:
        """Return none either."""
        return []

    def add_user(self, _: ContextKey) -> None:
        """Count a user."""
        self.users += 1

    def remove_user(self, _: ContextKey) -> None:
        """Count one less."""
        self.users -= 1

    def retire(self) -> None:
        """Take no new page."""
        self.retired = True

    async def answers(self) -> bool:
        """Be well."""
        return True

    async def context(self, *_: object) -> None:
        """Have none."""
        raise Error("no context")

    async def close(self) -> None:
        """Take a few rounds of the loop."""
        self.begun.set()
        for _ in range(20):
            await asyncio.sleep(0)
        self.down = True


def test_who_closes_the_pool_waits_for_what_is_being_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A browser that is just ending is ended, not abandoned half way."""

    async def ended() -> bool:
        browser = SlowBrowser()

        async def opened(*_: object, **__: object) -> SlowBrowser:
            return browser

        monkeypatch.setattr(pool.Browser, "open", opened)
        browsers = BrowserPool()
        with pytest.raises(errors.BrowserCrashed, match="no context"):
            await browsers.fetch(KEY, FetchRequest(key=1, url="http://x.test/"), 0.0)
        await asyncio.sleep(0.01)  # what fetch leaves to be done later must not be what ends it
        browser.users = 0
        await browser.begun.wait()
        await browsers.close()
        return browser.down

    monkeypatch.setattr(pool, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(pool.memory, "watch", lambda *_: None)
    assert asyncio.run(ended())
