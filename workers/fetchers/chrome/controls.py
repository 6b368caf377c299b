"""What actions, paginators and captures share: one page, its time, and the elements in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playwright.async_api import CDPSession, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from workers.fetchers.chrome.isolated_world import IsolatedWorld
from workers.fetchers.chrome.loads import LoadLimit
from workers.fetchers.chrome.settle import settle
from workers.fetchers.chrome.targets import COVERED, DISABLED, REACHABLE, Choice, choose
from workers.fetchers.chrome.traffic import Traffic

MARGIN_SECONDS = 0.3
"""Left of the page's time when a step gives up, so that the failure can name it."""

PATIENCE_SECONDS = 5.0
"""How long to wait for an element to be seen before one that is there unseen is taken."""

REAL_CLICK_SECONDS = 5.0
LOOK_SECONDS = 0.05


def locator_text(selector: str) -> str:
    """Return ``selector`` in Playwright's spelling."""
    if selector.startswith("xpath:"):
        return f"xpath={selector.removeprefix('xpath:')}"
    return f"css={selector}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """One page until ``deadline`` (the event loop's seconds)."""

    page: Page
    session: CDPSession
    traffic: Traffic
    loads: LoadLimit
    world: IsolatedWorld
    deadline: float

    def left(self, most: float = float("inf")) -> float:
        """Milliseconds for the next step, as Playwright counts; never 0, which means for ever."""
        now = asyncio.get_running_loop().time()
        return max(min(self.deadline - now - MARGIN_SECONDS, most), 0.001) * 1000

    def matches(self, selector: str) -> Locator:
        """Return the elements that ``selector`` finds, when they are asked for."""
        return self.page.locator(locator_text(selector))

    async def ready(self) -> None:
        """Wait until the tree of the document is built."""
        while not self.traffic.ready:  # noqa: ASYNC110 - it is reset by each new document
            await asyncio.sleep(LOOK_SECONDS / 5)

    async def settle(self) -> None:
        """Wait until the page is quiet."""
        await settle(self.session, self.traffic)

    async def look(self, selector: str) -> Choice | None:
        """Return the match that can be used best just now."""
        return await choose(self.matches(selector))

    async def target(self, selector: str) -> Choice:
        """Wait for a match that is seen and can be used; after some seconds, take what is there.

        Raises Playwright's TimeoutError when nothing usable comes within the page's time.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        while self.left() > 1:
            choice = await self.look(selector)
            if choice is not None and choice.rank <= COVERED:
                return choice
            late = clock() - began > min(PATIENCE_SECONDS, self.left() / 2000)
            if choice is not None and choice.rank != DISABLED and late:
                return choice
            await asyncio.sleep(LOOK_SECONDS)
        raise PlaywrightTimeout("no such element")

    async def click(self, choice: Choice) -> None:
        """Click as a person would; what can't be reached so is clicked as a script would."""
        await self.loads.renew()
        if choice.rank == REACHABLE:
            try:
                await choice.element.click(timeout=self.left(REAL_CLICK_SECONDS))
            except PlaywrightTimeout:
                if not await choice.element.is_enabled(timeout=self.left()):
                    raise
            else:
                return
        await choice.element.evaluate("e => e.click()", timeout=self.left())
