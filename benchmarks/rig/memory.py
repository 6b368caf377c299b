"""Options of a slice that is measured: no clock or network decides what it does."""

from __future__ import annotations

from workers.crawl import CrawlOptions


def options(in_flight: int) -> CrawlOptions:
    """Return the settings' defaults, with an allowance of time that no measurement uses up."""
    return CrawlOptions(
        queue="base",
        seconds=3600,
        in_flight=in_flight,
        retries=3,
        backoff=1.0,
        timeout=30,
        max_bytes=10 * 1024 * 1024,
        extract_seconds=10,
        host_concurrency=in_flight,
        host_delay=0,
        respect_robots=True,
        user_agent="Gristmill",
        robots_agent="Gristmill",
        fallback=False,
    )
