"""Gathers a list that a page shows bit by bit: its HTML after each scroll or click."""

from __future__ import annotations

from schemas.plan import Paginator
from workers import errors
from workers.fetchers.chrome.controls import Controls
from workers.fetchers.chrome.markup import Markup
from workers.fetchers.chrome.more import MoreLoader

SNAPSHOT_FACTOR = 4
"""All snapshots together may be this many times as long as a page may be."""


class Gatherer:
    """The snapshots of one page, marked, in the order in which they were taken."""

    def __init__(self, controls: Controls, markup: Markup, most: int) -> None:
        self._controls, self._markup = controls, markup
        self._most = most * SNAPSHOT_FACTOR
        self._snapshots: list[str] = []

    async def gather(self, paginator: Paginator) -> tuple[str, ...]:
        """Return the page's HTML over ``page_num`` pages' worth of scrolls or clicks."""
        await self._controls.world.watch()
        self._snapshots = [await self._markup.read(marked=True)]
        more = MoreLoader(self._controls, self._harvest)
        for _ in range(paginator.page_num - 1):
            clicks = paginator.kind == "click"
            if not await (more.press(paginator.selector) if clicks else more.scroll()):
                break
        last = await self._markup.read(marked=True)
        if self._snapshots[-1] != last:
            self._snapshots.append(last)
        return tuple(self._snapshots)

    async def _harvest(self, *, loss: bool) -> None:
        """Keep what the page shows now; in place of the last, if that holds nothing more."""
        html = await self._markup.read(marked=True)
        if not loss:
            self._snapshots.pop()
        self._snapshots.append(html)
        if sum(map(len, self._snapshots)) > self._most:
            raise errors.ResponseTooLong
