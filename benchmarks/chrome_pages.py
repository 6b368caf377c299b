"""Measures pages that need a browser: one process of the whole product, against others' ways.

Each page's list is rendered from data that it fetches, and counts when its five records are there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.rig.stack import BenchStack, stack
from deploy.local import proc
from tests.site.dynamic.serve import DynamicSite
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher
from workers.fetchers.chrome.find import find_browser
from workers.fetchers.chrome.memory import members
from workers.fetchers.chrome.thread import browser_thread, end_browsers

NETWORKS = "127.0.0.1/32"
RECORD, RECORDS = b'class="item"', 5
PEERS = Path(__file__).with_name(".venv") / "bin" / "python"
CRAWLEE = Path(__file__).with_name("rig") / "crawlee_pages.py"
LINKS = "/api/links"
LOOK_EVERY = 0.25  # seconds, at a process
IDLE = 150.0  # seconds after which an unused browser and its driver must be gone
DYING = 3.0  # seconds that the kernel may take to bury what was killed
PAGE = os.sysconf("SC_PAGESIZE")


def warm(url: str, pages: int, in_flight: int) -> tuple[float, list[int]]:
    """Return seconds for ``pages`` rendered lists, and the browser's private bytes as it went."""
    path = find_browser()
    fetcher = ChromeFetcher(FetcherOptions(allowed_networks=(NETWORKS,), chrome_path=path))
    began, started, done, sizes = time.monotonic(), 0, 0, []
    while done < pages:
        while fetcher.in_flight < in_flight and started < pages:
            fetcher.start(FetchRequest(key=started, url=f"{url}?n={started}"))
            started += 1
        for exchange in fetcher.poll(5):
            if exchange.response is None or exchange.response.body.count(RECORD) != RECORDS:
                raise SystemExit(f"a page without its records: {exchange.error}")
            done += 1
            if done % 50 == 0:
                group = browser_thread(path).pool.browsers[-1].launched.minder.pid()
                sizes.append(sum(size for _, size in members(group or 0)))
    took = time.monotonic() - began
    fetcher.close()
    end_browsers()
    return took, sizes


def browser_a_page(url: str, pages: int) -> float:
    """Return seconds for ``pages`` rendered lists with a new browser for each."""
    began = time.monotonic()
    for _ in range(pages):
        warm(url, 1, 1)
    return time.monotonic() - began


def crawlee(url: str, pages: int, in_flight: int) -> float:
    """Return how many rendered lists a second crawlee's PlaywrightCrawler shows."""
    command = [str(PEERS), str(CRAWLEE), url, find_browser(), str(pages), str(in_flight)]
    return float(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603 - ours


def payload(site: DynamicSite, pages: int) -> dict[str, Any]:
    """Return a payload whose start page links to the pages, which are shown in Chrome."""
    links = "".join(f"<a href='/rendered.html?n={number}'>{number}</a>" for number in range(pages))
    site.extra[LINKS] = (200, {"Content-Type": "text/html"}, links.encode())
    details = {
        "name": "list",
        "request": {"type": "chrome"},
        "fields": [{"name": "Item", "selector": ".item"}],
    }
    return {
        "name": "lists",
        "request": {"url": f"{site.url}{LINKS}", "ignoreRobots": True},
        "commonParent": "a",
        "fields": [{"name": "Link", "selector": ".", "type": 2, "details": details}],
        "format": "jsonl",
    }


def product(running: BenchStack, site: DynamicSite, pages: int) -> float:
    """Return seconds from the start of a process to its file."""
    began = time.monotonic()
    ended = running.client.create(payload(site, pages)).run().wait(slowest=LOOK_EVERY).data
    if ended["responseCount"] != pages + 1 or ended["failedCount"]:
        raise SystemExit(f"a process without its pages: {ended}")
    return time.monotonic() - began


def pool(home: Path) -> set[int]:
    """Return the processes of the Chrome pool and all below them, their browsers too."""
    seen = proc.all_processes()
    return {one.pid for pid in proc.members(home, "chrome") for one in proc.tree(pid, seen)}


def private_megabytes(pids: set[int]) -> float:
    """Return the memory that these processes share with nobody."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            resident, shared = (proc.PROC / str(pid) / "statm").read_text().split()[1:3]
            total += (int(resident) - int(shared)) * PAGE
    return total / 1e6


def through_the_product(site: DynamicSite, pages: int, in_flight: int, patience: float) -> None:
    """Print the rate of one process, the pool's memory around it, and what outlives the stack."""
    settings = {
        "ALLOWED_NETWORKS": NETWORKS,
        "CHROME_PAGES": str(in_flight),
        "GRISTMILL_CHROME_WORKERS": "1",
        "HOST_CONCURRENCY": str(2 * in_flight),
    }
    with stack(settings) as running:
        quiet = pool(running.home)
        before = private_megabytes(quiet)
        took = product(running, site, pages)
        busy = pool(running.home)
        during, until = private_megabytes(busy), time.monotonic() + patience
        while time.monotonic() < until and len(pool(running.home)) > len(quiet):
            time.sleep(1)
        after = private_megabytes(pool(running.home))
    time.sleep(DYING)
    seen = proc.all_processes()
    left = [pid for pid in busy if pid in seen and seen[pid].state != "Z"]
    say(f"one process of the product, {in_flight} in flight: {pages / took:.1f} pages/s")
    say(
        f"private memory of its pool, MB: {before:.0f} before, {during:.0f} then, {after:.0f} after"
    )
    say(f"processes of the pool and its browser after the stack stopped: {len(left)}")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print all rates, and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--in-flight", type=int, default=4)
    parser.add_argument("--cold-pages", type=int, default=15)
    parser.add_argument(
        "--patience", type=float, default=IDLE, help="seconds for memory to go back"
    )
    given = parser.parse_args()
    site = DynamicSite()
    url = f"{site.url}/rendered.html"
    took, sizes = warm(url, given.pages, given.in_flight)
    say(f"the fetcher, {given.in_flight} in flight: {given.pages / took:.1f} pages/s")
    say(f"its browser's private memory, MB: {[round(size / 1e6) for size in sizes]}")
    cold = browser_a_page(url, given.cold_pages)
    say(f"a browser a page: {given.cold_pages / cold:.1f} pages/s")
    if PEERS.exists():
        rate = crawlee(url, given.pages, given.in_flight)
        say(f"crawlee, {given.in_flight} in flight: {rate:.1f} pages/s")
    through_the_product(site, given.pages, given.in_flight, given.patience)
    site.stop()


if __name__ == "__main__":
    main()
