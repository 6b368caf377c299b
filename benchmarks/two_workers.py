"""Measures one process on one worker child and on two, at a site 20 ms away.

The site and every part of the stack share the machine's cores. A child waits for the site most of
its time when few pages are in flight, so that a second one should double the pace; with more in
flight the cores are what ends it, and it is shown how busy they were.

    python -m benchmarks.two_workers --rounds 3
"""

from __future__ import annotations

import argparse
import os
from statistics import median

from benchmarks.pages import say
from benchmarks.rig.site import quick_site
from benchmarks.rig.stack import cpu_of, stack
from tests.site import truth

ITEMS = 100  # of a listing page: nearly all pages are known early, as on most sites


def pace(workers: int, given: argparse.Namespace) -> tuple[float, float]:
    """Return pages a second, and the share of the machine's cores that was in use."""
    settings = {
        "ALLOWED_NETWORKS": "127.0.0.1/32",
        "GRISTMILL_WORKERS": str(workers),
        "FETCH_THREADS": str(given.in_flight),
        "HOST_CONCURRENCY": "64",
    }
    shop = truth.Shop(pages=max(1, given.pages // (ITEMS + 1)), items=ITEMS)
    with quick_site(pad=given.pad, delay=given.delay) as site, stack(settings) as running:
        for _ in range(2):  # the first run warms both ends up: a site's pages are there already
            before = sum(running.cpu().values()) + cpu_of(site[1])
            task = {"name": "bench", "payload": truth.payload(shop, site[0])}
            last = running.client.create(task).run().wait()
        (row,) = running.sql("SELECT * FROM processes WHERE id = %s", last.id)
        seconds = (row.publish_after - row.started_at).total_seconds()
        used = sum(running.cpu().values()) + cpu_of(site[1]) - before
        if row.state != "finished":
            raise SystemExit(f"the process is {row.state}: {row.error_message}")
        return row.response_count / seconds, used / seconds / (os.cpu_count() or 1)


def main() -> None:
    """Read the options and measure, in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds until the site answers")
    parser.add_argument("--in-flight", type=int, default=6, help="FETCH_THREADS, of each child")
    parser.add_argument("--pad", type=int, default=40_000, help="bytes of markup added to a page")
    given = parser.parse_args()
    ratios = []
    for number in range(given.rounds):
        (one, idle), (two, busy) = pace(1, given), pace(2, given)
        ratios.append(two / one)
        say(
            f"round {number + 1}: 1 child {one:.0f} pages/s ({idle:.0%} of the cores busy),"
            f" 2 children {two:.0f} ({busy:.0%}): {two / one:.2f} times"
        )
    say(f"median {median(ratios):.2f} times, {given.in_flight} in flight in each child")


if __name__ == "__main__":
    main()
