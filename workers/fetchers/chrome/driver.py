"""Starts Playwright's driver, which is a program of its own and wants a home."""

from __future__ import annotations

import os
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from playwright.async_api import Playwright, async_playwright

from workers.errors import BrowserUnavailable


async def start_driver() -> Playwright:
    """Return the driver; raises ``BrowserUnavailable`` when it ends instead of starting."""
    give_home(os.environ)
    try:
        return await async_playwright().start()
    except Exception as error:  # playwright raises no class of its own here
        words = " ".join(str(error).split())[:300]
        raise BrowserUnavailable(f"Playwright's driver did not start: {words}") from error


def give_home(environ: MutableMapping[str, str]) -> None:
    """Set ``HOME`` where it is not set and the user has none.

    A container may run as a number without a name; Node, in which the driver is written, then ends
    with an error of the system.
    """
    if environ.get("HOME", "").strip():
        return
    environ.pop("HOME", None)
    try:
        environ["HOME"] = str(Path("~").expanduser())
    except RuntimeError:
        environ["HOME"] = tempfile.gettempdir()
