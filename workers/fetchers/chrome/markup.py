"""Reads what a page shows now, as HTML."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any

from playwright.async_api import Error

from workers import errors
from workers.extraction.marks import MARK
from workers.fetchers.chrome.controls import LOOK_SECONDS, Controls
from workers.fetchers.chrome.isolated_world import IsolatedWorld
from workers.fetchers.chrome.scripts import script

MOVES = ("navigating", "context was destroyed", "Cannot find context")
"""How the driver words that the page went on to another document while it was read."""

MOST_FRAMES = 100
DEEPEST_FRAME = 5

READ = script("markup")


class Markup:
    """The HTML of one page; ``most`` is how long it may be.

    ``pierce``: with what shadow roots and frames hold. ``marked``: each element carries a mark that
    it keeps from one reading to the next.
    """

    def __init__(self, controls: Controls, most: int, *, pierce: bool) -> None:
        self._controls, self._most, self._pierce = controls, most, pierce
        self._frames = 0

    async def read(self, *, marked: bool = False) -> str:
        """Return the page's HTML; of one that moves on just now, that of what it moves to."""
        while True:
            try:
                html = await self._read(marked=marked)
            except Error as error:
                if not any(words in error.message for words in MOVES) or self._controls.left() <= 1:
                    raise
                await asyncio.sleep(LOOK_SECONDS)
                await self._controls.ready()
            else:
                break
        # Marks are not the page's.
        if len(html) > self._most * (2 if marked else 1):
            raise errors.ResponseTooLong
        return html

    async def _read(self, *, marked: bool) -> str:
        if not marked and not self._pierce:
            return await self._controls.page.content()
        world = self._controls.world
        marks = MARK if marked else ""
        if self._pierce:
            self._frames = 0
            tree = await self._controls.session.send("Page.getFrameTree")
            await self._read_frames(world, tree["frameTree"], marks, DEEPEST_FRAME)
        return await self._written(world, marks, part=False)

    async def _read_frames(
        self, world: IsolatedWorld, tree: Mapping[str, Any], marks: str, deep: int
    ) -> None:
        """Leave the markup of each frame below with its element.

        One that could not be loaded holds the browser's own words, and one may go just now.
        """
        for child in tree.get("childFrames", ()) if deep else ():
            if child["frame"].get("unreachableUrl"):
                continue
            self._frames += 1
            if self._frames > MOST_FRAMES:
                return
            frame = child["frame"]["id"]
            inside = IsolatedWorld(self._controls.session, frame)
            with contextlib.suppress(Error):
                await self._read_frames(inside, child, marks, deep - 1)
                await world.leave_framed(frame, await self._written(inside, marks, part=True))

    async def _written(self, world: IsolatedWorld, marks: str, *, part: bool) -> str:
        wanted = json.dumps({"marks": marks, "pierce": self._pierce, "part": part})
        return str(await world.evaluate(f"({READ})({wanted})"))
