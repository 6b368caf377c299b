"""A caller's connection as the server reads and writes it, with as few system calls as it takes.

The descriptor never blocks. What can't be read or sent at once is waited for here, so that nothing
has to be switched back and forth: the server only notes how long it would wait.
"""

from __future__ import annotations

import math
import select
import socket
import time
from typing import TYPE_CHECKING

from workers.errors import RequestTooSlow

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HEAD = b"HTTP/1."
HEAD_END = b"\r\n\r\n"


class Line(socket.socket):
    """A client's connection; ``arrive_by`` is when what it sends has to be here."""

    arrive_by = math.inf  # seconds of the monotonic clock
    patience: float | None = None  # seconds to wait for the other side; None: as long as it takes
    head = b""  # of an answer, held back until its body begins: both leave together

    @classmethod
    def of(cls, accepted: socket.socket) -> Line:
        """Return the connection that was accepted; ``accepted`` is empty after it."""
        kind = accepted.family, accepted.type, accepted.proto
        line = cls(*kind, fileno=accepted.detach())
        socket.socket.setblocking(line, False)  # noqa: FBT003 - as sockets want it
        return line

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - as sockets have it
        """Note whether to wait."""
        self.patience = None if flag else 0.0

    def settimeout(self, value: float | None, /) -> None:
        """Note how long to wait."""
        self.patience = value

    def gettimeout(self) -> float | None:
        """Return how long is waited."""
        return self.patience

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive as any socket does; ``RequestTooSlow`` once the time is up.

        With flags the application only looks whether the caller is still there.
        """
        if flags:
            return super().recv(size, flags)
        while True:
            if self.arrive_by != math.inf and time.monotonic() >= self.arrive_by:
                raise RequestTooSlow
            try:
                return super().recv(size)
            except BlockingIOError:
                self._wait(select.POLLIN, self.arrive_by)

    def sendall(self, data: ReadableBuffer, flags: int = 0, /) -> None:
        """Send everything; the head of an answer only with what comes after it."""
        whole = bytes(data)
        if not self.head and whole.startswith(HEAD) and whole.endswith(HEAD_END):
            self.head = whole
            return
        if self.head:
            whole, self.head = self.head + whole, b""
        rest = memoryview(whole)
        while rest:
            try:
                rest = rest[self.send(rest, flags) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, math.inf)

    def flush(self) -> None:
        """Send a head that no body came after."""
        if self.head:
            self.sendall(b"")

    def _wait(self, event: int, end_by: float) -> None:
        """Wait until the connection is ready, or at least until ``end_by``."""
        left = end_by - time.monotonic()
        seconds = left if self.patience is None else min(self.patience, left)
        poll = select.poll()
        poll.register(self.fileno(), event)
        if poll.poll(None if seconds == math.inf else max(0.0, seconds) * 1000):
            return
        if self.patience is not None and self.patience <= left:
            raise TimeoutError
