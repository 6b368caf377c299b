"""Bounds how often a page may go from document to document by itself.

A script that reloads its page, a refresh after no time and a gate that no browser without a person
passes go on for ever. After a few loads the document that is there stays, and is the page.
"""

from __future__ import annotations

from workers.fetchers.chrome.intercept import Intercept, Spawn
from workers.fetchers.chrome.traffic import Traffic

MOST_LOADS = 8
"""Documents that one step (opening the page, a click) may lead through; logins take four or so."""


class LoadLimit:
    """Counts the documents of one page."""

    def __init__(self, traffic: Traffic, intercept: Intercept, spawn: Spawn) -> None:
        self._traffic, self._intercept, self._spawn = traffic, intercept, spawn
        self._loads = 0

    def loaded(self) -> None:
        """Another document is shown. After the last one that is allowed, none may follow."""
        self._loads += 1
        if self._loads >= MOST_LOADS and not self._traffic.staying:
            self._traffic.staying = True
            self._spawn(self._intercept.stay(self._traffic.main_frame))

    async def renew(self) -> None:
        """Allow as many loads again: somebody asked the page to go on."""
        self._loads = 0
        if self._traffic.staying:
            self._traffic.staying = False
            await self._intercept.stay("")
