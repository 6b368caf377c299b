from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import pytest
import redis
import requests

from tests.acceptance.blows import OUTAGES, down, frozen, holders, kill_children
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

ANSWERS_WITHIN = 5.0  # seconds


def timed(call: Callable[[], requests.Response]) -> tuple[requests.Response, float]:
    began = time.monotonic()
    return call(), time.monotonic() - began


def is_ready(stack: RunningStack) -> bool:
    try:
        return requests.get(f"{stack.url}/readyz", timeout=5).json()["status"] == "ok"
    except requests.RequestException:
        return False


def is_without(stack: RunningStack, part: str) -> bool:
    """Ask whether the stack serves and knows what fails: that may be back until it is struck."""
    ready = requests.get(f"{stack.url}/readyz", timeout=10)
    told = {"status": "degraded", "failing": [part]}
    return ready.status_code == 200 and ready.json() == told


@pytest.fixture(autouse=True)
def _whole(stack: RunningStack) -> Any:
    """Let each test find the stack whole, and leave it so."""
    eventually(lambda: is_ready(stack), 60)
    yield
    eventually(lambda: is_ready(stack), 60)


@pytest.mark.parametrize("outage", OUTAGES)
def test_runs_and_cancels_are_accepted_without_the_broker(
    api: ApiClient, stack: RunningStack, site: SiteServer, outage: str
) -> None:
    """Redis down or frozen: 200 within 5 s, and what was accepted starts when it is back."""
    shop = truth.Shop(2, 5)
    task = api.post("/task/create", json={"payload": truth.payload(shop, site.url)})
    with OUTAGES[outage](stack, "broker"):
        answers = [timed(lambda: api.call("POST", f"/task/{task['id']}/run")) for _ in range(3)]
        last = answers[-1][0].json()["id"]
        answers.append(timed(lambda: api.call("POST", f"/process/{last}/cancel")))
    *kept, _ = [answer.json()["id"] for answer, _ in answers[:3]]
    began = time.monotonic()
    ended = [api.wait(process) for process in kept]
    took = time.monotonic() - began
    slowest = max(seconds for _, seconds in answers)
    print(f"broker {outage}: slowest call {slowest:.2f} s, done {took:.1f} s after")  # noqa: T201

    assert [answer.status_code for answer, _ in answers] == [200] * 4
    assert slowest < ANSWERS_WITHIN
    assert answers[3][0].json()["status"] == "canceled"
    assert [one["status"] for one in ended] == ["finished"] * 2
    assert [one["responseCount"] for one in ended] == [12] * 2
    assert api.get(f"/process/{last}/info")["status"] == "canceled"


def test_a_wiped_broker_costs_a_process_nothing(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Every message is gone, queued runs and running ones alike go on to their ends."""
    site.pause = 0.05
    shop = truth.Shop(3, 8)
    processes = [api.run(truth.payload(shop, site.url))["id"] for _ in range(6)]
    with closing(redis.Redis.from_url(stack.environment()["REDIS_URL"])) as client:
        client.flushall()
    ended = [api.wait(process) for process in processes]

    assert [one["status"] for one in ended] == ["finished"] * 6
    assert [one["responseCount"] for one in ended] == [27] * 6


@pytest.mark.parametrize("outage", OUTAGES)
def test_calls_end_quickly_without_the_database(
    api: ApiClient, stack: RunningStack, site: SiteServer, outage: str
) -> None:
    """Postgres down or frozen: 503 with ``Retry-After`` as a problem; then all is as it was."""
    task = api.post("/task/create", json={"payload": truth.payload(truth.Shop(1, 2), site.url)})
    calls = [
        ("GET", "/tasks"),
        ("POST", f"/task/{task['id']}/run"),
        ("GET", "/credits"),
        ("POST", "/task/create"),
    ]
    with OUTAGES[outage](stack, "database"):
        answers = [timed(partial(api.call, *call, data="{}")) for call in calls]
        alive, ready = (
            requests.get(f"{stack.url}/{name}", timeout=10) for name in ("healthz", "readyz")
        )
    recovered = eventually(lambda: api.call("GET", "/tasks").ok, 60)
    slowest = max(seconds for _, seconds in answers)
    print(f"database {outage}: slowest 503 {slowest:.2f} s, back after {recovered:.1f} s")  # noqa: T201

    for answer, _ in answers:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "database_unavailable"
    assert slowest < ANSWERS_WITHIN
    assert alive.ok
    assert ready.status_code == 503
    assert "database" in ready.text
    assert api.get(f"/task/{task['id']}/info") == task
    assert api.wait(api.post(f"/task/{task['id']}/run")["id"])["status"] == "finished"


def test_a_process_is_published_once_the_storage_is_back(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Storage down: the crawl goes on, the process waits as ``publishing``, and then ends."""
    shop = truth.Shop(2, 5)
    with down(stack, "storage"):
        process = api.run(truth.payload(shop, site.url))["id"]
        waiting = api.wait(process, lambda now: now["state"] == "publishing")
        time.sleep(2)
        still = api.get(f"/process/{process}/info")
        eventually(lambda: is_without(stack, "storage"))
    began = time.monotonic()
    ended = api.wait(process)
    took = time.monotonic() - began
    print(f"storage down: published {took:.1f} s after its end")  # noqa: T201 - a figure

    assert (waiting["status"], waiting["responseCount"]) == ("running", 12)
    assert (still["state"], still["results"]) == ("publishing", "")
    assert ended["status"] == "finished"
    lines = api.file(ended["results"]).splitlines()
    assert [json.loads(line) for line in lines] == list(truth.records(shop, site.url))
    assert took < 20


def test_a_file_survives_the_worker_that_makes_it(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Killed while it uploads to a storage that hangs: another makes the file, whole, once."""
    shop = truth.Shop(2, 5)
    with frozen(stack, "storage"):
        process = api.run(truth.payload(shop, site.url))["id"]
        eventually(lambda: holders(stack, process) and publishes(stack, process))
        kill_children(stack, process)
        began = time.monotonic()
    ended = api.wait(process)
    took = time.monotonic() - began
    print(f"worker killed while publishing: ended after {took:.1f} s")  # noqa: T201 - a figure
    lines = api.file(ended["results"]).splitlines()

    assert ended["status"] == "finished"
    assert [json.loads(line) for line in lines] == list(truth.records(shop, site.url))
    assert objects_of(stack, process).count("live") == 2  # the file and the log
    assert took < 20


def publishes(stack: RunningStack, process: str) -> bool:
    rows = stack.rows("SELECT queue FROM slices WHERE process_id = %s", process)
    return rows == [("publish",)]


def objects_of(stack: RunningStack, process: str) -> list[str]:
    rows = stack.rows("SELECT state FROM objects WHERE process_id = %s", process)
    return [state for (state,) in rows]
