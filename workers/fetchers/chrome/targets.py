"""Chooses which of the elements that a selector matches is to be clicked or filled.

Pages hold twins: a button for narrow windows that this window hides, a menu that waits beside the
page, an old form below a new one. A person sees one of them, and that one is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator

from workers.fetchers.chrome.scripts import script

REACHABLE, COVERED, DISABLED, UNSEEN, HIDDEN = range(5)
"""How well an element can be used, best first; ``rank.js`` says what each means."""

RANK = script("rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One element and how well it can be used."""

    element: Locator
    rank: int


async def choose(matches: Locator) -> Choice | None:
    """Return the first of ``matches`` that can be used best; None where there is none."""
    found = await matches.evaluate_all(RANK)
    if found is None:
        return None
    index, rank = found
    return Choice(element=matches.nth(index), rank=rank)
