"""Has a page load more of its list: scrolls to its end, or clicks its button."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from playwright.async_api import TimeoutError as PlaywrightTimeout

from workers.fetchers.chrome.controls import LOOK_SECONDS, Controls
from workers.fetchers.chrome.isolated_world import HEIGHT, SCROLL, TAKE
from workers.fetchers.chrome.settle import LOAD_SECONDS
from workers.fetchers.chrome.targets import COVERED, UNSEEN, Choice

MORE_SECONDS = 2.0
"""How long a page may do nothing at all after a scroll or a click before it has no more."""

FADE_SECONDS = 1.0
"""How long a button that has its place may take to be seen."""


class Harvest(Protocol):
    """Called whenever something changed."""

    def __call__(self, *, loss: bool) -> Awaitable[None]:
        """``loss``: the page no longer shows all that it showed before."""


async def _nothing(*, loss: bool) -> None:
    """Keep nothing: actions scroll, paginators scroll and take snapshots."""


class MoreLoader:
    """Scrolls or clicks for more on one page; ``harvest`` hears of each change."""

    def __init__(self, controls: Controls, harvest: Harvest = _nothing) -> None:
        self._controls, self._world, self._harvest = controls, controls.world, harvest
        self._documents = controls.traffic.documents
        self._clock = asyncio.get_running_loop().time

    async def press(self, selector: str) -> bool:
        """Click for more; False when there is nothing to click, or nothing came of it."""
        choice = await self._button(selector)
        if choice is None or choice.rank > COVERED:
            return False
        await self._world.evaluate(TAKE)
        height = await self._world.evaluate(HEIGHT)
        try:
            await self._controls.click(choice)
        except PlaywrightTimeout:
            return False  # It went away, or was switched off, while we reached for it.
        return await self._more(height)

    async def _button(self, selector: str) -> Choice | None:
        until = self._clock() + FADE_SECONDS
        while True:
            choice = await self._controls.look(selector)
            if choice is None or choice.rank != UNSEEN or self._clock() > until:
                return choice
            await asyncio.sleep(LOOK_SECONDS)

    async def scroll(self) -> bool:
        """Scroll to the end of the page as it is, view by view; False when nothing came of it."""
        await self._controls.loads.renew()
        height, came = await self._world.evaluate(HEIGHT), False
        while True:
            place = await self._world.evaluate(SCROLL)
            await asyncio.sleep(LOOK_SECONDS)
            came = await self._take() or came
            if place["end"] or place["moved"] <= 0 or place["top"] + place["view"] >= height:
                break
        return await self._more(height) or came

    async def _take(self) -> bool:
        seen = await self._world.evaluate(TAKE)
        loss = bool(seen["gone"] or self._moved_on)
        self._documents = self._controls.traffic.documents
        if loss or seen["added"] or seen["other"]:
            await self._harvest(loss=loss)
        return bool(seen["added"])

    @property
    def _moved_on(self) -> bool:
        """Whether another document has taken the place of the one that was looked at last."""
        return self._controls.traffic.documents != self._documents

    async def _more(self, height: float) -> bool:
        """Wait for what a scroll or click brings: until something came and the page is quiet."""
        until = self._clock() + MORE_SECONDS
        last = self._clock() + LOAD_SECONDS
        while self._clock() < until and not await self._grown(height):
            if not self._controls.traffic.quiet_for():
                until = min(self._clock() + MORE_SECONDS, last)
            await asyncio.sleep(LOOK_SECONDS)
        if self._clock() >= until:
            return False
        await self._controls.settle()
        await self._take()
        return True

    async def _grown(self, height: float) -> bool:
        if self._moved_on or await self._world.evaluate(HEIGHT) > height:
            return True
        seen = await self._world.evaluate("globalThis.seen")
        return any(seen.values())
