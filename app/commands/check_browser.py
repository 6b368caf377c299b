"""What the doctor looks at in the browser: it is started, for one that is there may not run."""

from __future__ import annotations

import asyncio

from app.commands.deployment import Deployment, Trouble
from workers.errors import BrowserUnavailable


def check_chromium(deployment: Deployment) -> str:
    """A browser that starts here; pages that need one wait for a machine that has one."""
    try:
        return asyncio.run(_started(deployment.settings.chrome_path))
    except BrowserUnavailable as error:
        raise Trouble(error.message, "warning") from error


async def _started(chrome_path: str) -> str:
    """Start and end a browser as a worker does; returns what it is."""
    from workers.fetchers.chrome.browser import Browser  # noqa: PLC0415 - Playwright loads slowly

    browser = await Browser.open(chrome_path, images=False)
    try:
        caged = "in its sandbox" if browser.launched.caged else "WITHOUT its sandbox"
        return f"Chromium {browser.launched.browser.version} starts, {caged}"
    finally:
        await browser.close()
