"""Carries out a payload's browser actions, in order, each within the page's time."""

from __future__ import annotations

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeout

from schemas.plan import Action
from workers import errors
from workers.fetchers.chrome.controls import Controls
from workers.fetchers.chrome.faults import GONE
from workers.fetchers.chrome.more import MoreLoader


class PageActions:
    """The actions on one page."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

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
        controls = self._controls
        if action.kind == "input":
            await self._input(action)
        elif action.kind == "click":
            await controls.click(await controls.target(action.selector))
            await controls.settle()
        elif action.kind == "waitFor":
            first = controls.matches(action.selector).first
            await first.wait_for(state="attached", timeout=controls.left())
        else:
            await self._scroll(action)

    async def _input(self, action: Action) -> None:
        left = self._controls.left
        element = (await self._controls.target(action.selector)).element
        if await element.evaluate("e => e.localName", timeout=left()) == "select":
            await element.select_option(action.text, timeout=left())
        else:
            await element.fill(action.text, timeout=left())

    async def _scroll(self, action: Action) -> None:
        more = MoreLoader(self._controls)
        await self._controls.world.watch()
        for _ in range(action.times):
            if not await (more.press(action.selector) if action.selector else more.scroll()):
                return


def _failed(action: Action, why: str) -> errors.ActionFailed:
    where = f" {action.selector!r}" if action.selector else ""
    return errors.ActionFailed(f"The action {action.kind}{where} failed: {why}.")
