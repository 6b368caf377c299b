"""What tests of the dynamic site do with its pages."""

from __future__ import annotations

import re
import time

from workers.extraction.marks import unmarked
from workers.fetchers.base import Exchange, Fetcher


def items(html: bytes | str) -> list[str]:
    """Return the texts of the records in ``html``."""
    text = unmarked(html.decode() if isinstance(html, bytes) else html)
    return re.findall(r'<\w+ class="item"[^>]*>([^<]*)<', text)


def wait_for(fetcher: Fetcher, seconds: float = 60) -> list[Exchange]:
    """Return the exchanges of all that ``fetcher`` has in flight, by key."""
    ended: list[Exchange] = []
    until = time.monotonic() + seconds
    while fetcher.in_flight and time.monotonic() < until:
        ended += fetcher.poll(0.5)
    return sorted(ended, key=lambda exchange: exchange.key)
