"""Measures how long ``run`` and ``info`` take on the whole stack: idle, and while it crawls.

The crawl is of a site that answers at once, with as many worker children as there are cores: the
calls compete with it for every core.

    python -m benchmarks.api_latency --calls 300
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, too

from benchmarks.rig.site import quick_site  # noqa: E402 - after the path
from benchmarks.rig.stack import API_KEY, Stack, stack  # noqa: E402 - as above
from tests.site import truth  # noqa: E402 - as above

PAUSE = 0.02  # seconds between calls: a client, not a flood
CREATED = http.client.OK


class Caller:
    """One connection to the API, kept open."""

    def __init__(self, url: str) -> None:
        self._line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._line.connect()

    def call(self, method: str, path: str) -> tuple[float, Any]:
        """Return the milliseconds until the whole answer is there, and its JSON."""
        began = time.perf_counter()
        self._line.request(method, path, headers={"X-Api-Key": API_KEY})
        answer = self._line.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != CREATED:
            raise SystemExit(f"{method} {path} answered {answer.status}: {body[:300]!r}")
        return took, json.loads(body)


def timed(calls: int, call: Callable[[], tuple[float, Any]]) -> list[float]:
    """Return the milliseconds of so many calls, one after another."""
    found = []
    for _ in range(calls):
        found.append(call()[0])
        time.sleep(PAUSE)
    return found


def say(name: str, found: list[float]) -> None:
    """Print the quantiles."""
    cuts = quantiles(found, n=100, method="inclusive")
    sys.stdout.write(
        f"{name:<28} p50 {cuts[49]:7.1f}  p90 {cuts[89]:7.1f}  p99 {cuts[98]:7.1f}"
        f"  most {max(found):7.1f} ms\n"
    )
    sys.stdout.flush()


def _task(running: Stack, site: str, shop: truth.Shop) -> str:
    task = {"name": shop.name, "payload": truth.payload(shop, site)}
    return str(running.client.call("POST", "/v1/task/create", json=task)["id"])


def _drain(running: Stack) -> None:
    """Wait until the processes that were started so far are over: the crawl shall not queue."""
    while running.sql("SELECT 1 FROM processes WHERE state IN ('queued', 'running') LIMIT 1"):
        time.sleep(0.1)


def measure(running: Stack, site: str, calls: int, pages: int) -> None:
    """Measure idle, then beside a crawl."""
    caller = Caller(running.url)
    small = _task(running, site, truth.Shop(pages=1, items=1))
    process = caller.call("POST", f"/v1/task/{small}/run")[1]["id"]
    crawl, began = "", 0.0
    for name in ("idle", "crawling"):
        if name == "crawling":
            _drain(running)
            big = _task(running, site, truth.Shop(pages=pages // 21, items=20))
            crawl = caller.call("POST", f"/v1/task/{big}/run")[1]["id"]
            began = time.monotonic()
            time.sleep(3)
        info = f"/v1/process/{process}/info"
        say(f"info, {name}", timed(calls, lambda path=info: caller.call("GET", path)))  # type: ignore[misc]
        run = f"/v1/task/{small}/run"
        say(f"run, {name}", timed(calls, lambda path=run: caller.call("POST", path)))  # type: ignore[misc]
    (now,) = running.sql("SELECT state, response_count FROM processes WHERE id = %s", crawl)
    rate = now.response_count / (time.monotonic() - began)
    sys.stdout.write(f"the crawl beside is {now.state}; it did {rate:.0f} pages/s\n")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300, help="calls of each kind")
    parser.add_argument("--pages", type=int, default=60_000, help="pages of the crawl beside")
    parser.add_argument("--pad", type=int, default=40_000, help="bytes of markup added to a page")
    given = parser.parse_args()
    settings = {"ALLOWED_NETWORKS": "127.0.0.1/32", "HOST_CONCURRENCY": "64"}
    with quick_site(pad=given.pad) as site, stack(settings) as running:
        measure(running, site[0], given.calls, given.pages)


if __name__ == "__main__":
    main()
