"""The same pages by crawlee's PlaywrightCrawler; runs in the benchmarks' own environment.

``python crawlee_pages.py URL BROWSER PAGES IN_FLIGHT`` prints how many pages it showed a second,
with the start of its browser. A page counts when its five records are there; one given up is none.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time

from crawlee import ConcurrencySettings
from crawlee.crawlers import PlaywrightCrawler, PlaywrightCrawlingContext
from crawlee.storage_clients import MemoryStorageClient


async def crawl(url: str, browser: str, pages: int, in_flight: int) -> float:
    """Return the pages a second."""
    crawler = PlaywrightCrawler(
        browser_launch_options={"executable_path": browser, "chromium_sandbox": False},
        concurrency_settings=ConcurrencySettings(
            min_concurrency=in_flight, max_concurrency=in_flight, desired_concurrency=in_flight
        ),
        storage_client=MemoryStorageClient(),
        configure_logging=False,
    )
    shown = 0

    @crawler.router.default_handler
    async def handle(context: PlaywrightCrawlingContext) -> None:
        nonlocal shown
        await context.page.wait_for_selector(".item:nth-of-type(5)")
        shown += (await context.page.content()).count('class="item"') == 5  # noqa: PLR2004 - as in the site's page

    began = time.monotonic()
    await crawler.run([f"{url}?n={number}" for number in range(pages)])
    return shown / (time.monotonic() - began)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    where, program, count, at_once = sys.argv[1:]
    rate = asyncio.run(crawl(where, program, int(count), int(at_once)))
    sys.stdout.write(f"{rate:.3f}\n")
