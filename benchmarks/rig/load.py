"""Calls at a fixed rate over kept connections, each timed from the moment at which it was due.

An open loop: a slow answer holds up no later call, and a call that had to wait for a connection
counts with its wait. So the quantiles are what callers see, not what a polite client sees.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlsplit

OK = frozenset({200, 201})
GRACE = 30.0  # seconds that answers may take after the last call left


@dataclass(slots=True)
class Stream:
    """Calls of one kind: the whole request as bytes, and how many leave in a second."""

    name: str
    request: bytes
    rate: float
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Return a line of what was found: milliseconds."""
        cuts = quantiles(self.took, n=100, method="inclusive")
        return (
            f"{self.name:<16} {self.rate:5.0f}/s  p50 {cuts[49]:6.1f}  p90 {cuts[89]:6.1f}"
            f"  p99 {cuts[98]:6.1f}  most {max(self.took):7.1f} ms  {len(self.took)} calls,"
            f" {len(self.failed)} failed"
        )


class _LoadConnection(asyncio.Protocol):
    """A connection: one call at a time."""

    def __init__(self, load: CallLoad) -> None:
        self._load, self._heard = load, b""
        self._call: tuple[Stream, float] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a call."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio promises
        self.transport = transport
        self._load.free(self)

    def send(self, stream: Stream, due: float) -> None:
        """Make a call."""
        assert self.transport is not None  # noqa: S101 - only lines that are free are asked
        self._heard, self._call = b"", (stream, due)
        self.transport.write(stream.request)

    def data_received(self, data: bytes) -> None:
        """Note the time once the answer is whole."""
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        if not end or self._call is None:
            return
        lines = head.lower().split(b"\r\n")
        length = next((int(x[15:]) for x in lines if x.startswith(b"content-length:")), 0)
        if len(body) < length:
            return
        (stream, due), self._call = self._call, None
        good = int(lines[0].split()[1]) in OK
        self._load.note(stream, due, "" if good else self._heard[:300].decode("latin-1"))
        if b"connection: close" not in lines:
            self._load.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """A call that was under way has failed; in any case there is a new line."""
        if self._call is not None:
            self._load.note(*self._call, fault=f"connection lost: {exc}")
        self._load.lost(self)


class CallLoad:
    """Streams of calls to one address over ``lines`` connections."""

    def __init__(self, url: str, streams: Iterable[Stream], lines: int) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname, address.port
        self._streams, self._lines = list(streams), lines
        self._free: deque[_LoadConnection] = deque()
        self._waiting: deque[tuple[Stream, float]] = deque()
        self._opening: set[asyncio.Task[object]] = set()
        self._left = 0
        self._done = asyncio.Event()
        self._over = False

    def run(self, seconds: float) -> None:
        """Make the calls of so many seconds and wait for their answers."""
        asyncio.run(self._run(seconds))

    async def _run(self, seconds: float) -> None:
        for _ in range(self._lines):
            self._open()
        await asyncio.gather(*self._opening)
        self._left = sum(int(one.rate * seconds) for one in self._streams)
        began = time.perf_counter()
        await asyncio.gather(*(self._stream(one, began, seconds) for one in self._streams))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), GRACE)
        self._over = True

    def note(self, stream: Stream, due: float, fault: str = "") -> None:
        """Note that a call is over, and its fault."""
        stream.took.append((time.perf_counter() - due) * 1000)
        if fault:
            stream.failed.append(fault)
        self._left -= 1
        if not self._left:
            self._done.set()

    async def _stream(self, stream: Stream, began: float, seconds: float) -> None:
        for number in range(int(stream.rate * seconds)):
            due = began + number / stream.rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            if self._free:
                self._free.popleft().send(stream, due)
            else:
                self._waiting.append((stream, due))

    def _open(self) -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(
            loop.create_connection(lambda: _LoadConnection(self), self._host, self._port)
        )
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    def free(self, line: _LoadConnection) -> None:
        """Give the line the call that waits longest, or keep it."""
        if self._waiting:
            line.send(*self._waiting.popleft())
        else:
            self._free.append(line)

    def lost(self, line: _LoadConnection) -> None:
        """Open another in place of a line that the server closed."""
        if line in self._free:
            self._free.remove(line)
        if not self._over:
            self._open()
