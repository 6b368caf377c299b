"""Finds the Chromium of this machine."""

from __future__ import annotations

import os
import shutil

from workers.errors import BrowserUnavailable

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""Programs to look for, in order; the headless shell starts fastest and needs least memory."""

CURE = (
    "No Chromium was found on this machine. Install it (Debian: apt-get install "
    "chromium-headless-shell; elsewhere: playwright install chromium) or name it in CHROME_PATH."
)


def find_browser(chrome_path: str = "", *, bundled: str = "") -> str:
    """Return the path of the browser to start.

    ``chrome_path`` is the setting of that name and, when given, the only one tried. ``bundled`` is
    where Playwright would have put its own, which comes last. Raises ``BrowserUnavailable`` with
    the cure as its message.
    """
    if chrome_path:
        found = shutil.which(chrome_path)
        if found is None:
            raise BrowserUnavailable(f"CHROME_PATH={chrome_path!r} is no program that can be run.")
        return found
    on_path = (shutil.which(name) for name in NAMES)
    found = next((path for path in on_path if path), None)
    if found is None and bundled and os.access(bundled, os.X_OK):
        return bundled
    if found is None:
        raise BrowserUnavailable(CURE)
    return found
