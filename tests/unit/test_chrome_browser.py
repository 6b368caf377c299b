from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from workers.fetchers.chrome.browser import IDLE_CONTEXTS, Browser
from workers.fetchers.chrome.context import Context, ContextKey
from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.proxy import EgressProxy


def key_of(number: int) -> ContextKey:
    """Return the key of one of many contexts."""
    return ContextKey(profile=str(number), proxy="", networks=())


async def browser_of(contexts: int) -> Browser:
    """Return a browser with so many empty contexts, the first of them used longest ago."""
    launched = cast("Any", SimpleNamespace(browser=SimpleNamespace(on=lambda *_: None)))
    browser = Browser(cast("Any", None), EgressProxy(), launched, images=False)
    for number in range(contexts):
        grant, handle = EgressGrant(networks=()), cast("Any", None)
        context = Context(key=key_of(number), handle=handle, grant=grant, used=number)
        browser.contexts[context.key] = asyncio.ensure_future(asyncio.sleep(0, context))
    await asyncio.gather(*browser.contexts.values())
    return browser


def test_a_context_that_somebody_is_on_the_way_to_is_not_surplus() -> None:
    """Between asking for a page and having it there are waits in which others tidy up."""

    async def surplus(*arriving: int, leaving: int | None = None) -> list[str]:
        browser = await browser_of(IDLE_CONTEXTS + 2)
        for number in arriving:
            browser.add_user(key_of(number))
        if leaving is not None:
            browser.remove_user(key_of(leaving))
        return [context.key.profile for context in browser.surplus()]

    assert asyncio.run(surplus()) == ["0", "1"]
    assert asyncio.run(surplus(0)) == ["1"]
    assert asyncio.run(surplus(0, 0, leaving=0)) == ["1"]
    assert asyncio.run(surplus(0, leaving=0)) == ["0", "1"]
