"""A client of the API that takes down every answer: its status, its time, what was wrong."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT = 20.0  # seconds: far more than an answer may take, so that a late one is seen as such
LATE = 5.0  # seconds within which the API has to answer
PAUSE = 0.3  # seconds before a call is repeated


@dataclass
class Answers:
    """What the API answered in the storm; ``silent``: no answer, for gunicorn was dead.

    ``late`` are answers that took too long: what, from when, until when. ``dark`` is when gunicorn
    was started again: its socket is kept, so that a call then waits for it and is not refused.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    late: list[tuple[str, float, float]] = field(default_factory=list)
    dark: list[tuple[float, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, what: str, answer: requests.Response, seconds: float) -> None:
        """Take down an answer."""
        status, after = answer.status_code, answer.headers.get("Retry-After")
        decent = status < 500 or (status == 503 and bool(after))
        with self.lock:
            self.statuses[status] += 1
            if not decent:
                self.wrong.append(f"{what}: {status} {answer.text[:200]}")
            if seconds > LATE:
                self._note_late(f"{what}: {status}", seconds)
            else:
                self.slowest = max(self.slowest, seconds)

    def failed(self, what: str, error: requests.RequestException, seconds: float) -> None:
        """Take down that no answer came: fine only if nobody was there to give one."""
        with self.lock:
            self.silent[type(error).__name__] += 1
            if isinstance(error, requests.ReadTimeout):
                self._note_late(f"{what}: silent", seconds)

    def _note_late(self, what: str, seconds: float) -> None:
        now = time.monotonic()
        self.late.append((what, now - seconds, now))

    def in_the_dark(self, since: float, until: float) -> bool:
        """Whether gunicorn was dead for a part of this time."""
        return any(since < end and until > begin for begin, end in self.dark)

    @property
    def broken(self) -> list[str]:
        """Return what should not have been answered, or not so late."""
        late = [
            f"{what} after {until - since:.1f} s"
            for what, since, until in self.late
            if not self.in_the_dark(since, until)
        ]
        return self.wrong + late

    @property
    def count(self) -> int:
        """How many calls were made."""
        return self.statuses.total() + self.silent.total()


class StormCaller:
    """Calls as one account; a call may be repeated until it is answered with 2xx or 4xx."""

    def __init__(self, url: str, key: str, answers: Answers) -> None:
        self._url, self.answers = url, answers
        self._headers = {"X-Api-Key": key}

    def once(self, method: str, path: str, **more: Any) -> requests.Response | None:
        """Return the answer of one call, None when there was none."""
        what, began = f"{method} {path}", time.monotonic()
        try:
            # Each on a connection of its own: a kept one would tell less of who is there.
            answer = requests.request(
                method,
                f"{self._url}/v1{path}",
                timeout=TIMEOUT,
                headers={**self._headers, **more.pop("headers", {})},
                **more,
            )
        except requests.RequestException as error:
            self.answers.failed(what, error, time.monotonic() - began)
            return None
        self.answers.took(what, answer, time.monotonic() - began)
        return answer

    def until_done(self, method: str, path: str, **more: Any) -> Any:
        """Repeat a call until it is answered with 2xx; returns the JSON. 4xx: our mistake."""
        while True:
            answer = self.once(method, path, **more)
            if answer is not None and answer.ok:
                return answer.json()
            assert answer is None or answer.status_code >= 500, answer.text
            time.sleep(PAUSE)
