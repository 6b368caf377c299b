"""The calls of the demonstration: what any client of the REST API does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import requests

POLL_EVERY = 0.25  # seconds
TIMEOUT = 30  # seconds
PATIENCE = 60  # seconds without any change after which a run counts as stuck


class DemoFailed(Exception):
    """The demonstration did not come to its end; the message says where it stopped."""


class Client:
    """One account at one address."""

    def __init__(self, base: str, api_key: str) -> None:
        self._base = base
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the user's is not for loopback
        self._session.headers["Authorization"] = f"Bearer {api_key}"

    def call(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what a call answers; raises ``DemoFailed`` for anything but 2xx."""
        answer = self._session.request(method, self._base + path, timeout=TIMEOUT, **more)
        if not answer.ok:
            raise DemoFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def start(self, task: dict[str, Any]) -> dict[str, Any]:
        """Create the task and run it; returns the process."""
        created = self.call("POST", "/v1/task/create", json=task)
        process: dict[str, Any] = self.call("POST", f"/v1/task/{created['id']}/run")
        return process

    def watch(self, process: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the process again and again until it has ended."""
        seen, moved_at = process, monotonic()
        while process["status"] == "running":
            yield process
            sleep(POLL_EVERY)
            process = self.call("GET", f"/v1/process/{process['id']}/info")
            if process != seen:
                seen, moved_at = process, monotonic()
            elif monotonic() > moved_at + PATIENCE:
                raise DemoFailed(f"nothing has moved for {PATIENCE} s: {process}")
        yield process

    def download(self, name: str, folder: Path) -> Path:
        """Fetch a results file through its presigned link."""
        accept = {"Accept": "application/json"}
        link = self.call("GET", f"/v1/getlink?file={quote(name, safe='')}", headers=accept)["link"]
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / name.replace(":", "-")
        with requests.get(link, stream=True, timeout=TIMEOUT) as answer, file.open("wb") as out:
            answer.raise_for_status()
            for chunk in answer.iter_content(1 << 16):
                out.write(chunk)
        return file
