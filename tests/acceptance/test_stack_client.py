"""The Python client on a running stack whose web program is killed again and again."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from clients.python.gristmill_client import Client
from tests.acceptance.client import Account, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(4, 10)
PAUSE = 0.15  # seconds between two requests to the site: the run lasts some seconds
UP_FOR = 0.7  # seconds that the web program gets


@contextmanager
def web_killed(stack: RunningStack) -> Iterator[list[int]]:
    """Kill the whole web program soon after it answers, again and again; yields its processes."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(UP_FOR):
            with suppress(requests.RequestException):
                requests.get(f"{stack.url}/healthz", timeout=20)
            over.wait(UP_FOR)
            for pid in stack.pids("web"):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()
        eventually(lambda: stack.pids("web"), 30)


@pytest.fixture
def client(stack: RunningStack, new_account: Callable[..., Account]) -> Client:
    """The client of a new account."""
    return Client(stack.url, new_account().api.session.headers["X-Api-Key"])  # type: ignore[arg-type]


def slow_shop(site: SiteServer) -> dict[str, Any]:
    """Return the payload of a shop that takes a while."""
    payload: dict[str, Any] = truth.payload(SHOP, site.url)
    payload["request"] = {**payload["request"], "delay": PAUSE}
    return payload


def lines_of(file: Path) -> list[Any]:
    """Return the records of a file of JSON Lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.timeout(180)
def test_a_run_is_started_once_and_waited_for_while_web_is_killed(
    stack: RunningStack, client: Client, site: SiteServer, tmp_path: Path
) -> None:
    """From `run` to the file: every call whose answer was lost is made again, and does no more."""
    task = client.create(slow_shop(site))
    seen: list[int] = []
    with web_killed(stack) as killed:
        run = task.run()
        run.wait(timeout=120, on_progress=lambda one: seen.append(one.data["recordCount"]))
        file = run.download(tmp_path)
        runs = [one.id for one in task.runs()]

    assert killed
    assert (run.status, runs) == ("finished", [run.id])
    assert seen == sorted(seen)
    assert lines_of(file) == list(truth.records(SHOP, site.url))


@pytest.mark.timeout(180)
def test_records_are_followed_while_web_is_killed_and_none_is_lost_or_doubled(
    stack: RunningStack, client: Client, site: SiteServer
) -> None:
    """As they come the set is that of the file, each once; afterwards the order is, too."""
    run = client.create(slow_shop(site)).run()
    with web_killed(stack) as killed:
        followed = list(run.records(follow=True, limit=7))
        ordered = list(run.records(limit=7))
    expected = list(truth.records(SHOP, site.url))

    assert killed
    assert sorted(followed, key=str) == sorted(expected, key=str)
    assert ordered == expected
    assert run.info()["status"] == "finished"
    assert run.stats()["records"] == len(expected)


def test_the_whole_life_of_a_task_by_the_client(
    client: Client, site: SiteServer, tmp_path: Path
) -> None:
    """Create, change, run, look, cancel, resume, delete: objects as the API has them."""
    task = client.create({"name": "shop", "payload": slow_shop(site), "description": "first"})
    task.update(description="second")
    run = task.run()
    run.cancel()
    log = run.wait(timeout=30).log()
    resumed = run.resume()["status"]
    ended = run.wait(timeout=60)
    file = ended.download(tmp_path / "shop.jsonl")
    verdicts = {page["verdict"] for page in run.pages()}
    named = [one.data["description"] for one in client.tasks()]
    listed = [one.id for one in client.processes(task=task.id)]
    spent = client.credits()["spent"]
    task.delete()

    assert (resumed, ended.status, verdicts) == ("running", "finished", {"ok"})
    assert log == "" or log.startswith("#")
    assert named == ["second"]
    assert listed == [run.id]
    assert spent > 0
    assert lines_of(file) == list(truth.records(SHOP, site.url))
    assert list(client.tasks()) == []
    assert client.ready()["status"] in {"ok", "degraded"}
    assert client.me()["name"]


def test_single_calls_answer_with_the_file_and_its_process(
    client: Client, site: SiteServer
) -> None:
    """Bytes, media type, and the id under which the process is known."""
    page = client.fetch(f"{site.url}{truth.page_path(SHOP, 1)}")
    extracted = client.extract(truth.payload(truth.Shop(1, 2), site.url, details=False))

    assert page.content_type.startswith("text/html")
    assert b"card" in page.content
    assert client.process(page.process_id).info()["status"] == "finished"
    assert len(extracted.content.splitlines()) == 2
