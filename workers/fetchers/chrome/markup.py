"""Reads what a page shows now, as HTML."""

from __future__ import annotations

import asyncio

from playwright.async_api import Error

from workers import errors
from workers.fetchers.chrome.controls import LOOK_SECONDS, Controls

MOVES = ("navigating", "context was destroyed", "Cannot find context")
"""How the driver words that the page went on to another document while it was read."""


class Markup:
    """The HTML of one page; ``most`` is how long it may be."""

    def __init__(self, controls: Controls, most: int) -> None:
        self._controls, self._most = controls, most

    async def read(self) -> str:
        """Return the page's HTML; of one that moves on just now, that of what it moves to."""
        while True:
            try:
                html = await self._controls.page.content()
            except Error as error:
                if not any(words in error.message for words in MOVES) or self._controls.left() < 1:
                    raise
                await asyncio.sleep(LOOK_SECONDS)
                await self._controls.ready()
            else:
                break
        if len(html) > self._most:
            raise errors.ResponseTooLong
        return html
