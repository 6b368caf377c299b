from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from deploy.local.ports import free_port
from deploy.local.program import running_stack
from tests.acceptance.blows import holders, main_of, mains_of
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(10, 12)
PAGES = 10 + 120
STOPS_WITHIN = 10.0  # seconds
KEY = "the-key-of-this-stack"


def living_in(home: Path) -> list[str]:
    """Processes of anybody whose environment or folder is that of the stack."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            inside = (entry / "cwd").readlink().is_relative_to(home)
        except OSError:
            continue
        if f"GRISTMILL_HOME={home}".encode() in environment or inside:
            found.append((entry / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
    return found


def assert_whole(api: ApiClient, site: SiteServer, process: str) -> None:
    ended = api.wait(process)
    lines = api.file(ended["results"]).splitlines()

    assert ended["status"] == "finished"
    assert [json.loads(line) for line in lines] == list(truth.records(SHOP, site.url))
    assert (ended["responseCount"], ended["cost"]) == (PAGES, 7)


def test_a_stack_that_starts_again_goes_on_where_it_stopped(
    tmp_path: Path, site: SiteServer
) -> None:
    """Stopped in the middle of a process: nothing is left running, and nothing is lost."""
    site.pause = 0.15
    home, port = tmp_path / "home", free_port()
    settings = {"GRISTMILL_API_KEY": KEY, "ALLOWED_NETWORKS": "127.0.0.0/8"}
    with running_stack(home, port, settings) as url:
        api = ApiClient(url, KEY)
        process = api.run(truth.payload(SHOP, site.url), name="kept")["id"]
        half = api.wait(process, lambda now: now["responseCount"] >= 20)
        finished = api.get(f"/process/{process}/pages?verdict=ok&limit=1000")
        began = time.monotonic()
    took = time.monotonic() - began
    left = living_in(home)
    with running_stack(home, port, settings) as url:
        again = api.wait(process, lambda now: now["responseCount"] > half["responseCount"], 20)
        assert_whole(api, site, process)
        names = [task["name"] for task in api.get("/tasks")]
    asked = Counter(site.url + path for path in site.paths())
    print(f"stopped within {took:.1f} s")  # noqa: T201 - a figure

    assert half["responseCount"] < PAGES
    assert took < STOPS_WITHIN
    assert left == []
    assert again["status"] in {"running", "finished"}
    assert names == ["kept"]
    assert {asked[page["url"]] for page in finished} == {1}


def test_a_stack_that_is_asked_to_end_many_times_ends_once(tmp_path: Path) -> None:
    """`make` passes SIGTERM on to a program whose group has it already: nothing hangs of that."""
    stack = subprocess.Popen(
        [sys.executable, "-m", "deploy.local.up"],
        env={**os.environ, "GRISTMILL_HOME": str(tmp_path), "PORT": str(free_port())},
        stdout=subprocess.DEVNULL,
    )
    eventually((tmp_path / "environment.json").exists, 30)
    for _ in range(200):
        stack.send_signal(signal.SIGTERM)

    assert stack.wait(20) == 0
    assert living_in(tmp_path) == []


def test_a_worker_that_is_asked_to_end_repeats_nothing(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """A deployment sends SIGTERM: what is in flight is finished and no page is fetched twice.

    The slice ends at once, and not when Celery has waited for it.
    """
    site.pause = 0.5
    process = api.run(truth.payload(SHOP, site.url))["id"]
    api.wait(process, lambda now: now["responseCount"] >= 20)
    old = main_of(stack, "worker")
    slices = "SELECT worker FROM slices WHERE process_id = %s"
    before = stack.rows(slices, process)
    os.kill(old, signal.SIGTERM)
    took = eventually(lambda: not stack.rows(slices, process), 4)
    print(f"given back after {took:.1f} s")  # noqa: T201 - a figure
    eventually(lambda: mains_of(stack, "worker") - {old}, 30)
    assert_whole(api, site, process)
    asked = Counter(path for path in site.paths() if path.startswith("/shop/"))

    assert before
    assert stack.rows("SELECT 1 FROM pages WHERE process_id = %s AND deaths > 0", process) == []
    assert asked.total() == len(asked) == PAGES
    assert api.get(f"/process/{process}/info")["requestCount"] == PAGES


def test_a_page_that_outlasts_the_grace_of_its_worker_is_tried_again_without_blame(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """It is the deployment that broke it off, not the page that ended its worker."""
    site.pause = 40.0
    process = api.run(truth.payload(truth.Shop(2, 3), site.url))["id"]
    eventually(lambda: any(path.startswith("/shop/") for path in site.paths()))
    old, held = main_of(stack, "worker"), holders(stack, process)
    os.kill(old, signal.SIGTERM)
    took = eventually(lambda: not held & holders(stack, process), 12)
    site.pause = 0.0
    ended = api.wait(process)
    print(f"given back after {took:.1f} s")  # noqa: T201 - a figure

    assert held
    assert (ended["status"], ended["recordCount"]) == ("finished", 6)
    assert stack.rows("SELECT 1 FROM pages WHERE process_id = %s AND deaths > 0", process) == []
