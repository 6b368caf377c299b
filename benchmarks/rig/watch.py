"""Looks at something again and again beside what is measured, and keeps the most it saw."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 0.25  # seconds


@contextmanager
def watched(look: Callable[[], float]) -> Iterator[list[float]]:
    """Yield a list whose one value is the most that ``look`` returned during the block."""
    peak, over = [0.0], threading.Event()

    def keep_looking() -> None:
        while not over.wait(EVERY):
            peak[0] = max(peak[0], look())

    thread = threading.Thread(target=keep_looking, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
