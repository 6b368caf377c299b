"""Carries out a payload's browser actions, in order, each within the page's time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import CDPSession, Error, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from schemas.plan import Action
from workers import errors
from workers.fetchers.chrome.faults import GONE
from workers.fetchers.chrome.isolated_world import HEIGHT, SCROLL, TAKE, IsolatedWorld
from workers.fetchers.chrome.settle import LOAD_SECONDS, settle
from workers.fetchers.chrome.traffic import Traffic

MARGIN_SECONDS = 0.3
"""Left of the page's time when an action gives up, so that the failure can name the action."""

REAL_CLICK_SECONDS = 5.0
MORE_SECONDS = 2.0
"""How long a page may do nothing at all after a scroll or a click before it has no more."""

LOOK_SECONDS = 0.05

Harvest = Callable[[int, int], Awaitable[None]]
"""Called with how many nodes were added, and how many changed or left, whenever any did."""


async def _nothing(_added: int, _other: int) -> None:
    """Keep nothing: actions scroll, paginators scroll and take snapshots."""


def locator_text(selector: str) -> str:
    """Return ``selector`` in Playwright's spelling."""
    if selector.startswith("xpath:"):
        return f"xpath={selector.removeprefix('xpath:')}"
    return f"css={selector}"


class PageActions:
    """Acts on one page until ``deadline`` (the event loop's seconds)."""

    def __init__(self, page: Page, session: CDPSession, traffic: Traffic, deadline: float) -> None:
        self.page, self.traffic, self.session = page, traffic, session
        self.world = IsolatedWorld(session)
        self._deadline = deadline
        self._clock = asyncio.get_running_loop().time

    def left(self, most: float = float("inf")) -> float:
        """Milliseconds for the next step, as Playwright counts; never 0, which means for ever."""
        return max(min(self._deadline - self._clock() - MARGIN_SECONDS, most), 0.001) * 1000

    def find(self, selector: str) -> Locator:
        """Return the first element that ``selector`` finds, when it is asked for."""
        return self.page.locator(locator_text(selector)).first

    async def settle(self) -> None:
        """Wait until the page is quiet."""
        await settle(self.session, self.traffic)

    async def do(self, action: Action) -> None:
        """Carry out one action. Raises ``ActionFailed`` that names it and its selector."""
        try:
            await self._do(action)
        except PlaywrightTimeout as error:
            raise _failed(action, "the element did not come within the page's time") from error
        except Error as error:
            if any(words in error.message for words in GONE):
                raise
            raise _failed(action, error.message.partition("\n")[0][:200]) from error

    async def _do(self, action: Action) -> None:
        if action.kind == "input":
            await self._input(action)
        elif action.kind == "click":
            await self._click(self.find(action.selector))
            await self.settle()
        elif action.kind == "waitFor":
            await self.find(action.selector).wait_for(state="attached", timeout=self.left())
        else:
            await self._scroll(action)

    async def _input(self, action: Action) -> None:
        target = self.find(action.selector)
        await target.wait_for(state="attached", timeout=self.left())
        if await target.evaluate("e => e.localName", timeout=self.left()) == "select":
            await target.select_option(action.text, timeout=self.left())
        else:
            await target.fill(action.text, timeout=self.left())

    async def _click(self, target: Locator) -> None:
        """Click as a person would; if something covers the element, as a script would."""
        try:
            await target.click(timeout=self.left(REAL_CLICK_SECONDS))
        except PlaywrightTimeout:
            if not await target.count() or not await target.is_enabled(timeout=self.left()):
                await target.click(timeout=self.left())
                return
            await target.evaluate("e => e.click()", timeout=self.left())

    async def _scroll(self, action: Action) -> None:
        await self.world.watch()
        for _ in range(action.times):
            more = self.press(action.selector) if action.selector else self.scroll()
            if not await more:
                return

    async def press(self, selector: str, harvest: Harvest = _nothing) -> bool:
        """Click for more; False when there is nothing to click, or nothing came of it."""
        target = self.find(selector)
        if not await target.count() or not await target.is_visible():
            return False
        if not await target.is_enabled(timeout=self.left()):
            return False
        await self.world.evaluate(TAKE)
        height = await self.world.evaluate(HEIGHT)
        try:
            await self._click(target)
        except PlaywrightTimeout:
            return False  # It went away, or was switched off, while we reached for it.
        return await self._more(height, harvest)

    async def scroll(self, harvest: Harvest = _nothing) -> bool:
        """Scroll to the end of the page as it is, view by view; False when nothing came of it."""
        height, came = await self.world.evaluate(HEIGHT), False
        while True:
            place = await self.world.evaluate(SCROLL)
            await asyncio.sleep(LOOK_SECONDS)
            came = await self._take(harvest) or came
            if place["end"] or place["moved"] <= 0 or place["top"] + place["view"] >= height:
                break
        return await self._more(height, harvest) or came

    async def _take(self, harvest: Harvest) -> bool:
        seen = await self.world.evaluate(TAKE)
        if seen["added"] or seen["other"]:
            await harvest(seen["added"], seen["other"])
        return bool(seen["added"])

    async def _more(self, height: float, harvest: Harvest) -> bool:
        """Wait for what a scroll or click brings: until something came and the page is quiet."""
        until = self._clock() + MORE_SECONDS
        last = self._clock() + LOAD_SECONDS
        while self._clock() < until and not await self._grown(height):
            if not self.traffic.quiet_for():
                until = min(self._clock() + MORE_SECONDS, last)
            await asyncio.sleep(LOOK_SECONDS)
        if self._clock() >= until:
            return False
        await self.settle()
        await self._take(harvest)
        return True

    async def _grown(self, height: float) -> bool:
        if await self.world.evaluate(HEIGHT) > height:
            return True
        seen = await self.world.evaluate("globalThis.seen")
        return bool(seen["added"] or seen["other"])


def _failed(action: Action, why: str) -> errors.ActionFailed:
    where = f" {action.selector!r}" if action.selector else ""
    return errors.ActionFailed(f"The action {action.kind}{where} failed: {why}.")
