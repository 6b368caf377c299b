"""A client of our own REST API, as ``gristmill run`` needs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click
import requests

POLL_EVERY = 0.5  # seconds
PATIENCE = 60.0  # seconds for which a service that is away is asked again while a process runs
TIMEOUT = 30  # seconds a call
CHUNK = 262_144  # bytes
PASSING = frozenset({429, 502, 503, 504})


class Api:
    """One account at one address."""

    def __init__(self, base: str, api_key: str) -> None:
        self._base = base.rstrip("/").removesuffix("/v1")
        self._session = requests.Session()
        host = urlsplit(self._base).hostname or ""
        self._session.trust_env = host not in {"localhost", "127.0.0.1", "::1"}
        self._session.headers["X-Api-Key"] = api_key

    def call(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what a call answers; raises ``ClickException`` with the problem's own words."""
        try:
            answer = self._session.request(method, self._base + path, timeout=TIMEOUT, **more)
            if answer.ok:
                return answer.json()
        except requests.ConnectionError as error:
            raise Away(f"{self._base} does not answer") from error
        except (requests.RequestException, ValueError) as error:
            fault = f"{self._base} can't be used: {type(error).__name__}"
            raise click.ClickException(fault) from error
        fault = f"{method} {path}: {_told(answer)}"
        raise Away(fault) if answer.status_code in PASSING else click.ClickException(fault)

    def start(self, task: dict[str, Any]) -> dict[str, Any]:
        """Create the task and run it; returns the process."""
        created = self.call("POST", "/v1/task/create", json=task)
        process: dict[str, Any] = self.call("POST", f"/v1/task/{created['id']}/run")
        return process

    def watch(self, process: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the process until it has stopped and its files are there."""
        seen = time.monotonic()
        while process["status"] == "running":
            yield process
            time.sleep(POLL_EVERY)
            try:
                process = self.call("GET", f"/v1/process/{process['id']}/info")
                seen = time.monotonic()
            except Away:
                if time.monotonic() - seen > PATIENCE:
                    raise
        yield process

    def download(self, name: str, out: Path) -> None:
        """Store the results file as ``out``: whole, or not at all."""
        accept = {"Accept": "application/json"}
        link = self.call("GET", f"/v1/getlink?file={quote(name, safe='')}", headers=accept)["link"]
        draft = out.with_name(f".{out.name}.part")
        try:
            self._fetch(link, draft)
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)

    def _fetch(self, link: str, file: Path) -> None:
        # Not the session: its API key is not the storage's to see.
        try:
            with requests.get(link, stream=True, timeout=TIMEOUT) as answer, file.open("wb") as out:
                answer.raise_for_status()
                for chunk in answer.iter_content(CHUNK):
                    out.write(chunk)
        except requests.RequestException as error:
            fault = f"the results can't be downloaded: {type(error).__name__}"
            raise click.ClickException(fault) from error
        except OSError as error:
            raise click.ClickException(f"{file.parent}: {error.strerror}") from error


class Away(click.ClickException):
    """The service does not answer just now."""


def _told(answer: requests.Response) -> str:
    """Return a problem document as text: its detail, then each fault with its place."""
    try:
        problem = answer.json()
        lines = [str(problem["detail"])]
        lines += [f"  {fault['pointer']}: {fault['detail']}" for fault in problem.get("errors", ())]
        return "\n".join(lines)
    except (ValueError, KeyError, TypeError):
        return f"answered {answer.status_code}"
