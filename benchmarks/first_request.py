"""Measures the time from the call of ``run`` until the first request arrives at the site.

Idle: nothing else is at work; where the time goes is shown part by part. Behind: another account
has 10,000 pages queued on a slow site, and all worker children are at them.

    python -m benchmarks.first_request --runs 100
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean, quantiles

from benchmarks.rig.site import quick_site
from benchmarks.rig.stack import BenchStack, stack
from clients.python.gristmill_client import Client
from deploy.local.ports import LOOPBACK, free_port
from tests.site import truth
from workers import accounts
from workers.db import Database

PAUSE = 0.15  # seconds between runs: each begins at an idle stack
PATIENCE = 60.0  # seconds
PAGE = b"<html><body><div class=card><h3>One</h3></div></body></html>"
HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
STEPS = """
SELECT extract(epoch FROM created_at)::float8 AS created,
    extract(epoch FROM started_at)::float8 AS started FROM processes WHERE id = %s
"""


@dataclass(slots=True)
class FirstRequestRun:
    """Moments of one run, in seconds since the epoch."""

    called: float
    answered: float
    created: float
    started: float
    robots: float | None
    page: float


class Ear:
    """A site that notes when each path was first asked for."""

    def __init__(self) -> None:
        self.port = free_port()
        self.heard: dict[str, float] = {}
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._answer, LOOPBACK, self.port)
        self._ready.set()
        await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(65_536):
            path = head.split(b" ", 2)[1].decode("latin-1")
            self.heard.setdefault(path, time.time())
            status, body = (b"404 Gone", b"") if path == "/robots.txt" else (b"200 OK", PAGE)
            writer.write(HEAD % (status, len(body), body))
        writer.close()

    def wait(self, path: str) -> float:
        """Return when ``path`` was first asked for."""
        end_by = time.monotonic() + PATIENCE
        while path not in self.heard:
            if time.monotonic() > end_by:
                raise SystemExit(f"nobody asked for {path}")
            time.sleep(0.002)
        return self.heard[path]


def one(running: BenchStack, client: Client, ear: Ear, number: int) -> FirstRequestRun:
    """Run a process of one page and return its moments."""
    path = f"/page/{number}"
    payload = {
        "request": {"url": ear.url + path},
        "commonParent": ".card",
        "fields": [{"name": "Title", "selector": "h3", "type": 1}],
        "format": "jsonl",
    }
    task = client.create({"name": "one", "payload": payload})
    running.sql("DELETE FROM robots")
    ear.heard.pop("/robots.txt", None)
    time.sleep(PAUSE)
    called = time.time()
    process = task.run().id
    answered = time.time()
    page = ear.wait(path)
    (row,) = running.sql(STEPS, process)
    return FirstRequestRun(
        called, answered, row.created, row.started, ear.heard.get("/robots.txt"), page
    )


def report(name: str, runs: list[FirstRequestRun]) -> None:
    """Print the whole, and its parts."""
    whole = [(run.page - run.called) * 1000 for run in runs]
    first = [(min(run.page, run.robots or run.page) - run.called) * 1000 for run in runs]
    for what, values in (("any request", first), ("the page itself", whole)):
        cuts = quantiles(values, n=100, method="inclusive")
        sys.stdout.write(
            f"{name}, until {what:<16} p50 {cuts[49]:7.1f}  p90 {cuts[89]:7.1f}"
            f"  p99 {cuts[98]:7.1f}  most {max(values):7.1f} ms\n"
        )
    parts = {
        "call → committed": [run.created - run.called for run in runs],
        "call → answered": [run.answered - run.called for run in runs],
        "committed → slice": [run.started - run.created for run in runs],
        "slice → robots.txt": [run.robots - run.started for run in runs if run.robots],
        "robots.txt → page": [run.page - run.robots for run in runs if run.robots],
    }
    for what, values in parts.items():
        if values:
            sys.stdout.write(f"    {what:<20} mean {fmean(values) * 1000:7.1f} ms\n")
    sys.stdout.flush()


@contextmanager
def crowd(running: BenchStack, pages: int) -> Iterator[None]:
    """Let another account have so many pages queued, at a site that takes its time."""
    database = Database(running.address)
    key = accounts.create(database, "crowd", unlimited=True).api_key
    with quick_site(pad=20_000, delay=0.2) as site:
        shop = truth.Shop(pages=2, items=pages // 2)
        task = {"name": "crowd", "payload": truth.payload(shop, site[0])}
        Client(running.url, key).create(task).run()
        while not running.sql("SELECT 1 FROM processes WHERE open_pages >= %s", pages - 200):
            time.sleep(0.2)
        yield
    database.close()


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--behind", type=int, default=20, help="runs behind the crowd")
    parser.add_argument("--pages", type=int, default=10_000, help="queued pages of the crowd")
    given = parser.parse_args()
    ear = Ear()
    with stack({"ALLOWED_NETWORKS": "127.0.0.1/32"}) as running:
        for number in range(5):  # imports, connections, compiled plans
            one(running, running.client, ear, -number - 1)
        numbers = range(given.runs)
        report("idle", [one(running, running.client, ear, number) for number in numbers])
        with crowd(running, given.pages):
            numbers = range(given.runs, given.runs + given.behind)
            report("behind", [one(running, running.client, ear, number) for number in numbers])


if __name__ == "__main__":
    main()
