"""A loopback TCP proxy before a service, which can cut, delay and swallow what passes.

It stands on asyncio in a thread, for it holds many connections and does nothing but pass bytes on.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import suppress
from typing import Self

from deploy.local.ports import LOOPBACK, free_port

CHUNK = 65_536  # bytes
RESET = struct.pack("ii", 1, 0)  # linger for no time: the kernel sends a reset


class RelayedConnection:
    """One connection that passes: ``lost`` once its bytes arrive nowhere for ever."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.ends = [client]
        self.lost = False

    def cut(self) -> None:
        """End the connection at once, as a reset."""
        for end in self.ends:
            raw = end.get_extra_info("socket")
            if raw is not None and raw.fileno() >= 0:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.transport.abort()


class TcpRelay:
    """A port before ``target`` on loopback. All its verbs may be called from any thread."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self._latency = 0.0
        self._lines: set[RelayedConnection] = set()
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._open.set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection that passes; new ones are let through."""
        self._loop.call_soon_threadsafe(self._cut)

    def delay(self, seconds: float) -> None:
        """From now on, hold every piece of bytes for so long; 0: no longer."""
        self._latency = seconds

    def close(self) -> None:
        """Swallow: connections are taken and stay open, and nothing passes any more."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def open(self, *, lose: bool = False) -> None:
        """Let bytes pass again; with ``lose`` those lines stay silent that were open till now."""
        self._loop.call_soon_threadsafe(self._reopen, lose)

    def _cut(self) -> None:
        for line in self._lines:
            line.cut()

    def _reopen(self, lose: bool) -> None:  # noqa: FBT001 - passed on by a scheduler
        for line in self._lines:
            line.lost = line.lost or lose
        self._open.set()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connection, LOOPBACK, self.port, backlog=512)

    async def _stop(self) -> None:
        self._server.close()
        self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = RelayedConnection(writer)
        self._lines.add(line)
        try:
            with suppress(OSError):
                await self._open.wait()
                back, onward = await asyncio.open_connection(LOOPBACK, self.target)
                line.ends.append(onward)
                await asyncio.gather(
                    self._pump(line, reader, onward), self._pump(line, back, writer)
                )
        finally:
            self._lines.discard(line)
            line.cut()

    async def _pump(
        self, line: RelayedConnection, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        """Pass bytes on until this side ends; then the other side shall see that end too."""
        while data := await source.read(CHUNK):
            if self._latency:
                await asyncio.sleep(self._latency)
            await self._open.wait()
            if not line.lost:
                sink.write(data)
                await sink.drain()
        if line.lost:
            line.cut()
        elif sink.can_write_eof():
            sink.write_eof()


TcpRelays = dict[str, TcpRelay]
