"""Follows the records of a process while it storms, as its client does."""

from __future__ import annotations

from typing import Any

from tests.storm.caller import StormCaller

AT_ONCE = 7  # records of an answer: few, so that many cursors are used


class RecordsFollower:
    """Goes from link to link; ``over`` once there is none. ``wrong``: what no answer may be."""

    def __init__(self, caller: StormCaller, process: str, *, settled: bool) -> None:
        self._caller = caller
        wishes = f"order=arrival&settled={str(settled).lower()}&limit={AT_ONCE}"
        self._path = f"/process/{process}/records?{wishes}"
        self.got: list[dict[str, Any]] = []
        self.wrong: list[str] = []
        self.over = False

    def read(self) -> None:
        """Read on as far as there is something; a call without an answer is made again later."""
        while not self.over:
            answer = self._caller.once("GET", self._path)
            if answer is None or answer.status_code >= 500:  # a part is away
                return
            if not answer.ok:
                self.wrong.append(f"{self._path}: {answer.text}")
                return
            records = answer.json()
            self.got += records
            link = answer.headers.get("Link", "")
            self.over = not link
            if link:
                self._path = link.partition(">")[0].removeprefix("</v1")
            if not records:
                return
