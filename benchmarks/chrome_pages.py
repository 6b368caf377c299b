"""Measures Chrome pages a second: four in flight in the warm browser, against a browser a page."""

from __future__ import annotations

import argparse
import sys
import time

from tests.site.dynamic.serve import Site
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.chrome import ChromeFetcher
from workers.fetchers.chrome_find import find_browser
from workers.fetchers.chrome_memory import members
from workers.fetchers.chrome_thread import browser_thread, end_browsers

NETWORKS = ("127.0.0.1/32",)
RECORD, RECORDS = b'class="item"', 5


def warm(site: Site, pages: int, in_flight: int) -> tuple[float, list[int]]:
    """Return seconds for ``pages`` rendered lists, and the browser's private bytes as it went."""
    path = find_browser()
    fetcher = ChromeFetcher(FetcherOptions(allowed_networks=NETWORKS, chrome_path=path))
    began, started, done, sizes = time.monotonic(), 0, 0, []
    while done < pages:
        while fetcher.in_flight < in_flight and started < pages:
            fetcher.start(FetchRequest(key=started, url=f"{site.url}/rendered.html"))
            started += 1
        for exchange in fetcher.poll(5):
            if exchange.response is None or exchange.response.body.count(RECORD) != RECORDS:
                raise SystemExit(f"a page without its records: {exchange.error}")
            done += 1
            if done % 50 == 0:
                group = browser_thread(path).keeper.houses[-1].launched.minder.pid()
                sizes.append(sum(size for _, size in members(group or 0)))
    took = time.monotonic() - began
    fetcher.close()
    end_browsers()
    return took, sizes


def browser_a_page(site: Site, pages: int) -> float:
    """Return seconds for ``pages`` rendered lists with a new browser for each."""
    began = time.monotonic()
    for _ in range(pages):
        warm(site, 1, 1)
    return time.monotonic() - began


def main() -> None:
    """Print both rates and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--in-flight", type=int, default=4)
    parser.add_argument("--cold-pages", type=int, default=15)
    given = parser.parse_args()
    site = Site()
    took, sizes = warm(site, given.pages, given.in_flight)
    cold = browser_a_page(site, given.cold_pages)
    site.stop()
    sys.stdout.write(
        f"warm, {given.in_flight} in flight: {given.pages / took:.1f} pages/s\n"
        f"a browser a page: {given.cold_pages / cold:.1f} pages/s\n"
        f"browser's private memory, MB: {[round(size / 1e6) for size in sizes]}\n"
    )


if __name__ == "__main__":
    main()
