"""The real stack, as `make up` runs it: real processes, started once for all acceptance tests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.demo.site import sample_site
from deploy.local.census import members
from deploy.local.part import PartError
from deploy.local.ports import free_port
from deploy.local.program import StackFailed, running_stack

API_KEY = "the-key-of-the-acceptance-tests"
SETTINGS = {
    "GRISTMILL_API_KEY": API_KEY,
    "GRISTMILL_WORKERS": "2",
    "GRISTMILL_CHROME_WORKERS": "1",
    "ALLOWED_NETWORKS": "127.0.0.0/8",
    "WEBHOOK_RETRY_SCHEDULE": "1,1,1",
    "RATE_LIMIT": "10000/second",
    "FETCH_BACKOFF": "0.1",
}
LOOK_EVERY = 0.1  # seconds


@dataclass(frozen=True)
class Stack:
    """A running stack: where its API is, its data folder, and the key of its first account."""

    url: str
    home: Path
    api_key: str = API_KEY

    def pids(self, part: str) -> set[int]:
        """Return the processes of a part: database, broker, storage, web, worker, chrome, clock."""
        return members(self.home, part)


class Api:
    """Calls the stack as a client does."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Api-Key"] = api_key

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """Call ``/v1`` + path; whatever it answers."""
        return self.session.request(method, f"{self.url}/v1{path}", timeout=30, **more)

    def get(self, path: str, **more: Any) -> Any:
        """Return the JSON that a reading call answers with 2xx."""
        return self._json(self.call("GET", path, **more))

    def post(self, path: str, **more: Any) -> Any:
        """Return the JSON that a writing call answers with 2xx."""
        return self._json(self.call("POST", path, **more))

    @staticmethod
    def _json(answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return answer.json()

    def run(self, payload: dict[str, Any], **envelope: Any) -> dict[str, Any]:
        """Store a task and run it; returns the process as it was spawned."""
        task = self.post("/task/create", json={"payload": payload, **envelope})
        return dict(self.post(f"/task/{task['id']}/run"))

    def wait(
        self,
        process: str,
        until: Callable[[dict[str, Any]], bool] = lambda now: now["status"] != "running",
        seconds: float = 60,
    ) -> dict[str, Any]:
        """Return the process once ``until`` holds, by default once it has ended."""
        end_by = time.monotonic() + seconds
        while not until(now := self.get(f"/process/{process}/info")):
            assert time.monotonic() < end_by, f"after {seconds} s still {now}"
            time.sleep(LOOK_EVERY)
        return dict(now)

    def file(self, name: str) -> bytes:
        """Return a results file through its presigned link."""
        answer = self.call("POST", "/getlink", data=name)
        assert answer.ok, answer.text
        got = requests.get(answer.text, timeout=30)
        assert got.ok, got.text
        return got.content


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack that all tests share; a test that breaks a part waits until it is back."""
    home = tmp_path_factory.mktemp("stack")
    try:
        running = running_stack(home, free_port(), SETTINGS)
        url = running.__enter__()
    except (StackFailed, PartError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the stack can't run on this machine: {error}")
    try:
        yield Stack(url, home)
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def api(stack: Stack) -> Api:
    """The API of the stack, called with the key of the first, unlimited account."""
    return Api(stack.url, stack.api_key)


@pytest.fixture(scope="session")
def shop() -> Iterator[str]:
    """The address of the sample site of the demo: 400 products on 20 pages, and one page each."""
    with sample_site() as address:
        yield address
