from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local.ports import free_port
from deploy.local.program import running_stack
from tests.acceptance.blows import main_of, mains_of
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.acceptance.conftest import API_KEY, SETTINGS
from tests.site import truth
from tests.site.server import SiteServer
from workers import celery
from workers.errors import BrowserUnavailable
from workers.fetchers.chrome.find import find_browser

LARGE, SMALL = truth.Shop(12, 20), truth.Shop(1, 3)
PARTS = ("worker", "chrome", "deliver", "clock", "web")
IDLE = 3.0  # seconds


class SteadyClients:
    """Callers that run a task and look at its processes all the time, each on a line of its own."""

    def __init__(self, stack: RunningStack, task: str) -> None:
        self.stack, self.task = stack, task
        self.answers: Counter[str] = Counter()
        self.processes: list[str] = []
        self.slowest = 0.0
        self._end = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them call until the block ends."""
        threads = [threading.Thread(target=self._call) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._end.set()
            for thread in threads:
                thread.join()

    def _call(self) -> None:
        api = ApiClient(self.stack.url, self.stack.api_key)
        while not self._end.wait(0.5):
            run = self._ask(api, "POST", f"/task/{self.task}/run")
            if run is not None:
                self.processes.append(run["id"])
                for _ in range(5):
                    self._ask(api, "GET", f"/process/{run['id']}/info")

    def _ask(self, api: ApiClient, method: str, path: str) -> dict[str, Any] | None:
        began = time.monotonic()
        try:
            answer = api.call(method, path)
        except requests.RequestException as error:
            self.answers[type(error).__name__] += 1
            return None
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.answers[str(answer.status_code)] += 1
        return dict(answer.json()) if answer.ok else None


@pytest.fixture
def quick() -> Iterator[SiteServer]:
    """Another site, whose pages come at once."""
    with SiteServer() as quick:
        yield quick


def with_browser() -> bool:
    try:
        find_browser("")
    except BrowserUnavailable:
        if os.environ.get("CI"):
            raise
        return False
    return True


def replace(stack: RunningStack, part: str) -> None:
    """Ask a part to end, as a deployment does, and wait for the one that follows it."""
    began = time.monotonic()
    old = main_of(stack, part)
    os.kill(old, signal.SIGTERM)
    eventually(lambda: mains_of(stack, part) - {old}, 30)
    eventually(lambda: requests.get(f"{stack.url}/readyz", timeout=30).json()["status"] == "ok", 30)
    print(f"{part} replaced within {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure


def assert_whole(api: ApiClient, site: SiteServer, process: str, shop: truth.Shop) -> None:
    ended = api.wait(process, seconds=120)
    lines = api.file(ended["results"]).splitlines()

    assert ended["status"] == "finished"
    assert [json.loads(line) for line in lines] == list(truth.records(shop, site.url))
    pages = shop.pages * (shop.items + 1)
    assert (ended["responseCount"], ended["requestCount"]) == (pages, pages)


def test_every_program_is_replaced_under_load_and_nobody_notices(
    api: ApiClient, stack: RunningStack, site: SiteServer, quick: SiteServer
) -> None:
    """No call is refused or answered 5xx but 503; pages are fetched once, and all ends told."""
    site.pause = 0.3
    payload = truth.payload(SMALL, quick.url)
    task = api.post("/task/create", json={"payload": payload, "webhook": f"{quick.url}/echo"})["id"]
    large = api.run(truth.payload(LARGE, site.url))["id"]
    shown: dict[str, Any] = truth.payload(truth.Shop(2, 6), quick.url)
    shown["request"]["type"] = "chrome"
    chrome = api.run(shown)["id"] if with_browser() else None
    clients = SteadyClients(stack, task)
    with clients.at_work():
        for part in PARTS:
            replace(stack, part)
    print(f"{clients.answers}, slowest {clients.slowest:.1f} s, {len(clients.processes)} runs")  # noqa: T201
    assert_whole(api, site, large, LARGE)
    for process in clients.processes:
        assert_whole(api, quick, process, SMALL)
    told = "SELECT count(*) FROM deliveries WHERE state = 'delivered' AND process_id = ANY(%s)"
    eventually(lambda: stack.rows(told, clients.processes) == [(len(clients.processes),)], 30)
    asked = Counter(path for path in site.paths() if path.startswith(f"/shop/{LARGE.name}/"))

    assert set(clients.answers) <= {"200", "503"}
    assert clients.processes
    assert asked.total() == len(asked) == LARGE.pages * (LARGE.items + 1)
    if chrome:
        assert api.wait(chrome, seconds=120)["recordCount"] == 12


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[RunningStack]:
    """A stack whose workers are of no use after three idle seconds beside work that waits."""
    settings = {**SETTINGS, "GRISTMILL_WORKERS": "1", "IDLE_EXIT_SECONDS": str(IDLE)}
    with running_stack(tmp_path, free_port(), settings) as url:
        yield RunningStack(url, tmp_path, API_KEY)


def test_a_worker_that_takes_nothing_while_work_waits_is_started_again(
    impatient: RunningStack, site: SiteServer
) -> None:
    """Up, well, and cut off from its queue: it ends by itself, and the next one takes the work."""
    api = ApiClient(impatient.url, impatient.api_key)
    control = celery.asking(impatient.environment()["REDIS_URL"]).control
    eventually(lambda: any("crawl" in name for name in control.inspect(timeout=1).ping() or {}), 30)
    old = main_of(impatient, "worker")
    queues = ("fresh", "crawl", "publish")
    replies = [control.cancel_consumer(queue, reply=True, timeout=5) for queue in queues]
    began = time.monotonic()
    process = api.run(truth.payload(SMALL, site.url))["id"]
    assert_whole(api, site, process, SMALL)
    took = time.monotonic() - began
    log = (impatient.home / "logs" / "worker.log").read_text(encoding="utf-8")
    print(f"done {took:.1f} s after its worker took nothing more")  # noqa: T201 - a figure

    assert all("no longer consuming" in str(reply) for reply in replies)
    assert took > IDLE
    assert "worker_of_no_use" in log
    assert old not in mains_of(impatient, "worker")
