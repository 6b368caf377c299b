"""Decides when a page is done: its network quiet, or its time for that up."""

from __future__ import annotations

import asyncio

from playwright.async_api import CDPSession

from workers.fetchers.chrome.traffic import Traffic

LOAD_SECONDS = 10.0
"""How long after the DOM is ready the load event and silence are waited for."""

QUIET_SECONDS = 0.1
QUIET_AFTER_DATA_SECONDS = 0.3
"""A page that fetched scripts or data may be about to ask for more; a plain one is not."""

LOOK_SECONDS = 0.02


async def settle(session: CDPSession, traffic: Traffic, patience: float = LOAD_SECONDS) -> None:
    """Return when the page is loaded and quiet, or after ``patience`` seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while loop.time() < until:
        if not _quiet(traffic):
            await asyncio.sleep(LOOK_SECONDS)
            continue
        # The answer comes when the page's thread is free: a script that was still at work has then
        # sent what it was about to send, and that shows in the traffic first.
        try:
            async with asyncio.timeout(max(until - loop.time(), 0)):
                await session.send("Runtime.evaluate", {"expression": "0"})
        except TimeoutError:
            return
        if _quiet(traffic):
            return


def _quiet(traffic: Traffic) -> bool:
    need = QUIET_AFTER_DATA_SECONDS if traffic.had_data else QUIET_SECONDS
    return traffic.loaded and traffic.quiet_for() >= need
