"""Measures ``run`` and ``info`` together at fixed rates: idle, and while a crawl takes every core.

The crawl is of a site that answers at once, with as many worker children as there are cores; the
processes that ``run`` starts are worked on too. Latencies count from when a call was due.

    python -m benchmarks.api_latency --seconds 60
"""

from __future__ import annotations

import argparse
import sys
import time
from urllib.parse import urlsplit

from benchmarks.rig.load import CallLoad, Stream
from benchmarks.rig.site import quick_site
from benchmarks.rig.stack import API_KEY, PARTS, BenchStack, stack
from tests.site import truth

SETTLE = 3.0  # seconds a crawl runs before it is measured
LINES = 64  # connections kept


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def request(url: str, method: str, path: str) -> bytes:
    """Return a whole call as it goes over the line."""
    host = urlsplit(url).netloc
    length = "Content-Length: 0\r\n" if method == "POST" else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nX-Api-Key: {API_KEY}\r\n{length}\r\n".encode()
    )


def create(running: BenchStack, site: str, shop: truth.Shop) -> str:
    """Store a task that extracts ``shop`` and return its id."""
    task = {"name": shop.name, "payload": truth.payload(shop, site)}
    return str(running.client.create(task).id)


def measure(
    running: BenchStack, task: str, process: str, given: argparse.Namespace
) -> list[Stream]:
    """Make the calls of ``--seconds`` and print what they took and what the parts used."""
    streams = [
        Stream("run", request(running.url, "POST", f"/v1/task/{task}/run"), given.run_rate),
        Stream("info", request(running.url, "GET", f"/v1/process/{process}/info"), given.info_rate),
    ]
    before = running.cpu()
    CallLoad(running.url, [one for one in streams if one.rate], LINES).run(given.seconds)
    used = {part: seconds - before[part] for part, seconds in running.cpu().items()}
    for stream in streams:
        if stream.took:
            say(f"  {stream.told()}")
            for text in stream.failed[:3]:
                say(f"    {text!r}")
    cores = "  ".join(f"{part} {seconds / given.seconds:.2f}" for part, seconds in used.items())
    say(f"  cores used: {cores}")
    return streams


def drain(running: BenchStack) -> None:
    """Take away what waits, so that the next measurement starts with empty queues."""
    running.sql("UPDATE tasks SET deleted = true, listed = false")
    running.sql("UPDATE processes SET deleted = true, state = 'canceled', publish_due = false")
    while running.sql("SELECT 1 FROM processes LIMIT 1"):
        time.sleep(0.2)


def crawling(running: BenchStack, site: str, given: argparse.Namespace) -> None:
    """Measure beside a crawl."""
    big = create(running, site, truth.Shop(pages=given.pages // 21, items=20))
    crawl = running.client.task(big).run().id
    time.sleep(SETTLE)
    asked = "SELECT state, response_count AS pages FROM processes WHERE id = %s"
    (first,) = running.sql(asked, crawl)
    small = create(running, site, truth.Shop(pages=1, items=1))
    measure(running, small, crawl, given)
    (last,) = running.sql(asked, crawl)
    rate = (last.pages - first.pages) / given.seconds
    (ended,) = running.sql("SELECT count(*) AS n FROM processes WHERE state = 'finished'")
    say(f"  the crawl beside is {last.state}, {rate:.0f} pages/s; {ended.n} other processes ended")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of calls")
    parser.add_argument("--run-rate", type=float, default=150.0, help="calls of run a second")
    parser.add_argument("--info-rate", type=float, default=800.0, help="calls of info a second")
    parser.add_argument("--pages", type=int, default=95_000, help="pages of the crawl beside")
    parser.add_argument("--pad", type=int, default=40_000, help="bytes of markup added to a page")
    parser.add_argument("--only", choices=("idle", "crawling"), help="measure one of the two")
    given = parser.parse_args()
    settings = {"ALLOWED_NETWORKS": "127.0.0.1/32", "HOST_CONCURRENCY": "64"}
    with quick_site(pad=given.pad) as site, stack(settings) as running:
        say(f"parts: {', '.join(PARTS)}; {LINES} connections; two cores are shared with the site")
        if given.only != "crawling":
            say("idle, nothing but these calls (what run starts is worked on)")
            small = create(running, site[0], truth.Shop(pages=1, items=1))
            process = running.client.task(small).run().id
            measure(running, small, process, given)
        if given.only != "idle":
            say("while crawling")
            crawling(running, site[0], given)


if __name__ == "__main__":
    main()
