"""How a test deals with a running stack: its processes, its API, its command line, its rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import requests

from deploy.local import proc
from deploy.local.part import PartError
from deploy.local.program import StackFailed
from tests.missing import needed

LOOK_EVERY = 0.1  # seconds


def eventually(true: Callable[[], object], seconds: float = 20) -> float:
    """Wait until something holds; returns after how many seconds it did."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(LOOK_EVERY)
    return time.monotonic() - began


@contextmanager
def starting() -> Iterator[None]:
    """Skip the tests of a stack that can't run on this machine; in CI that is a failure."""
    with needed("a stack", StackFailed, PartError):
        yield


@dataclass(frozen=True)
class RunningStack:
    """A running stack: where its API is, its data folder, and the key of its first account."""

    url: str
    home: Path
    api_key: str

    def pids(self, part: str) -> set[int]:
        """Return the processes of a part: database, broker, storage, web, worker, chrome, clock."""
        return proc.members(self.home, part)

    def environment(self) -> dict[str, str]:
        """Return what leads to the stack's services."""
        return dict(json.loads((self.home / "environment.json").read_text(encoding="utf-8")))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the stack's database, for what the API does not tell."""
        with closing(psycopg2.connect(self.environment()["DATABASE_URL"])) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()

    def gristmill(self, *words: str) -> dict[str, Any]:
        """Run the command line as a script does; returns the document that it prints."""
        return dict(json.loads(self.command(*words, "--json").stdout))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as an operator does, to a good end."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "app.cli", *words],
            env={**os.environ, "GRISTMILL_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done


class ApiClient:
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


@dataclass(frozen=True)
class Account:
    """An account of a test's own, as the command line made it."""

    id: str
    api: ApiClient
    secret: str
