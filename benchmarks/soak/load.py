"""A constant load: so many processes at any time, each removed with its files after its end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rig.stack import API_KEY
from clients.python.gristmill_client import Client, ClientError
from tests.site import truth

FORMATS = ("jsonl", "json", "csv", "xml", "xlsx")
CLIENTS = 3  # of base pages; one more shows pages in the browser
SHOP, BROWSED = truth.Shop(5, 10), truth.Shop(1, 4)
LOOK_EVERY = 0.25  # seconds, at a process
RESTING = 1.0  # seconds between a process' end, when its webhook goes out, and its removal
CROWD, LOOKS = 48, 20  # callers at once, and the calls of each


@dataclass
class SoakLoad:
    """Clients that run processes until they are told to stop; ``errors`` are calls that failed."""

    url: str
    site: str
    hook: str
    ended: int = 0
    errors: list[str] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def crowd(self) -> None:
        """Call with many at once, so that the web program has most of its threads.

        It starts one when all others are busy, which few callers see to within hours. Its processes
        share the calls as it comes, so that one of them may still have threads to start.
        """

        def look(_: int) -> None:
            client = Client(self.url, API_KEY, patience=0)
            for _ in range(LOOKS):
                list(client.tasks(most=100))

        with ThreadPoolExecutor(CROWD) as pool:
            list(pool.map(look, range(CROWD)))

    def start(self) -> None:
        """Start the clients."""
        for number in range(CLIENTS + 1):
            thread = threading.Thread(target=self._client, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let each end the process it is at."""
        self._end.set()
        for thread in self._threads:
            thread.join(60)

    def _client(self, number: int) -> None:
        client, turn = Client(self.url, API_KEY, patience=0), number
        while not self._end.is_set():
            turn += 1
            try:
                self._run(client, browsed=number == CLIENTS, output=FORMATS[turn % len(FORMATS)])
            except ClientError as error:
                self.errors.append(str(error))

    def _run(self, client: Client, *, browsed: bool, output: str) -> None:
        payload: dict[str, Any] = truth.payload(
            BROWSED if browsed else SHOP, self.site, output=output
        )
        payload["request"]["type"] = "chrome" if browsed else "base"
        task = client.create({"payload": payload, "webhook": self.hook})
        run = task.run().wait(slowest=LOOK_EVERY)
        if run.status != "finished":
            self.errors.append(f"a process ended as {run.status}: {run.data['error']}")
        self._end.wait(RESTING)
        task.delete()
        self.ended += 1
