"""What becomes of a test whose machine lacks something: it is skipped, but in CI it fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from workers.errors import BrowserUnavailable
from workers.fetchers.chrome.find import find_browser


@contextmanager
def needed(what: str, *faults: type[Exception]) -> Iterator[None]:
    """Skip the test for want of ``what`` if one of ``faults`` is raised within; in CI, raise."""
    try:
        yield
    except faults as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{what} can't be had on this machine: {error}")


def needed_browser() -> str:
    """Return the path of a real browser."""
    with needed("a browser", BrowserUnavailable):
        return find_browser("")
