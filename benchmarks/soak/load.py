"""A constant load: so many processes at any time, each removed with its files after its end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rig.stack import API_KEY
from deploy.demo.client import Client, DemoFailed
from tests.site import truth

FORMATS = ("jsonl", "json", "csv", "xml", "xlsx")
CLIENTS = 3  # of base pages; one more shows pages in the browser
SHOP, BROWSED = truth.Shop(5, 10), truth.Shop(1, 4)
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
            client = Client(self.url, API_KEY)
            for _ in range(LOOKS):
                client.call("GET", "/v1/tasks")

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
        client, turn = Client(self.url, API_KEY), number
        while not self._end.is_set():
            turn += 1
            try:
                self._run(client, browsed=number == CLIENTS, output=FORMATS[turn % len(FORMATS)])
            except DemoFailed as error:
                self.errors.append(str(error))

    def _run(self, client: Client, *, browsed: bool, output: str) -> None:
        payload: dict[str, Any] = truth.payload(
            BROWSED if browsed else SHOP, self.site, output=output
        )
        payload["request"]["type"] = "chrome" if browsed else "base"
        process = client.start({"payload": payload, "webhook": self.hook})
        for seen in client.watch(process):
            process = seen
        if process["status"] != "finished":
            self.errors.append(f"a process ended as {process['status']}: {process['error']}")
        self._end.wait(RESTING)
        client.call("DELETE", f"/v1/task/{process['taskID']}/delete")
        self.ended += 1
