"""The worker of gunicorn: threads that take the next call themselves, whoever's it is.

gunicorn's own hands each call from its main thread to another one and back, which costs more than
many a call does. Here all threads wait for all connections at once: the one that is told of a call
serves it and then waits again. The main thread takes connections in and closes those that are idle.
"""

from __future__ import annotations

import math
import os
import select
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from app.line import Line
from app.refusals import answer, told
from workers.log import get_logger

ONCE = select.EPOLLIN | select.EPOLLONESHOT  # one thread is told, once
LINGER = 2.0  # seconds for which a connection that we closed may still send: RFC 9112, 9.6
OVER = -math.inf  # ``arrive_by`` of a connection that is only heard out
ROUND = 1.0  # seconds between looks at what is idle
PAUSE = 0.05  # seconds between looks at what is left, in the end

log = get_logger()


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads that answer calls."""

    arrival = 30.0  # seconds that a request may take to arrive whole; see deploy/gunicorn.py

    def init_process(self) -> None:
        """Make what the threads share, then serve until told to stop."""
        self.ready = select.epoll()
        self.bell = os.eventfd(0)  # rung once: everybody ends
        self.ready.register(self.bell, select.EPOLLIN)
        self.lines: set[TConn] = set()  # all connections
        self.idle: dict[int, TConn] = {}  # those that wait for a call: who pops one, has it
        super().init_process()

    def handle_exit(self, _sig: int, _frame: object) -> None:
        """Begin to end: the signal itself wakes the main thread."""
        self.alive = False

    def run(self) -> None:
        """Serve until told to stop; calls under way then have ``graceful_timeout``."""
        for _ in range(self.cfg.threads):
            self.tpool.submit(self.follow)
        self.poller.register(self.PIPE[0], selectors.EVENT_READ, self._woken)
        try:
            while self.alive and self.is_parent_alive():
                self._look_after(ROUND)
            self._end()
        finally:
            os.eventfd_write(self.bell, 1)
            self.tpool.shutdown(wait=False)

    def _look_after(self, seconds: float) -> None:
        """Take connections in for so long, then close those on which nothing has come in time."""
        self.notify()
        end_by = time.monotonic() + seconds
        while self.alive and (left := end_by - time.monotonic()) > 0:
            self.set_accept_enabled(len(self.lines) < self.worker_connections)
            self.wait_for_and_dispatch_events(left)
        self._close_idle(time.monotonic())

    def _end(self) -> None:
        """Let what is under way come to its end.

        Kept connections stay a little: the call that may be on its way is answered, as the last.
        """
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        began = time.monotonic()
        while self.lines and time.monotonic() < began + self.cfg.graceful_timeout:
            self.notify()
            time.sleep(PAUSE)
            lingered = time.monotonic() >= began + STOP_KEEPALIVE_LINGER
            self._close_idle(math.inf if lingered else time.monotonic())

    def _woken(self, pipe: int) -> None:
        with suppress(BlockingIOError):
            os.read(pipe, 4096)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; whoever is free serves it once something comes."""
        try:
            accepted, caller = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another process was faster, or the caller left
        conn = TConn(self.cfg, Line.of(accepted), caller, listener.getsockname())
        conn.data_ready = True
        self.lines.add(conn)
        self._await(conn, self.cfg.keepalive, self.ready.register)

    def _await(
        self, conn: TConn, seconds: float, arm: Callable[[int, int], None] | None = None
    ) -> None:
        """Let the next thing that comes on the connection go to whichever thread is free."""
        conn.timeout = time.monotonic() + seconds
        number = conn.sock.fileno()
        self.idle[number] = conn
        (arm or self.ready.modify)(number, ONCE)

    def follow(self) -> None:
        """Serve one call after the other, of any connection."""
        while True:
            ((number, _),) = self.ready.poll(maxevents=1)
            if number == self.bell:
                return
            conn = self.idle.pop(number, None)
            if conn is not None:
                self._serve(conn)

    def _serve(self, conn: TConn) -> None:
        """Serve what has come on the connection, and wait for more or close it."""
        try:
            if conn.sock.arrive_by == OVER:
                self._hear_out(conn)
            elif self._kept(conn):
                self._await(conn, self.cfg.keepalive)
            else:
                conn.sock.shutdown(socket.SHUT_WR)
                conn.sock.arrive_by = OVER
                self._await(conn, LINGER)
        except OSError:
            self._close(conn)
        except Exception:  # whatever it is, the thread goes on
            log.exception("serving_failed")
            self._close(conn)

    def _kept(self, conn: TConn) -> bool:
        """Serve calls until no more have come; whether the connection is kept for others."""
        while self.handle(conn):
            if not conn.parser.unreader.buf.getvalue():
                return True
        return False

    def _hear_out(self, conn: TConn) -> None:
        """Read what a caller sends after our last word: unread, it could cost him our answer."""
        if socket.socket.recv(conn.sock, 65_536):
            self._await(conn, max(0.0, conn.timeout - time.monotonic()))
        else:
            self._close(conn)

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's own marks
        """Serve one request of a connection."""
        conn.sock.arrive_by = time.monotonic() + self.arrival
        try:
            kept = super().handle(conn)
            conn.sock.flush()
        finally:
            conn.sock.arrive_by = math.inf
        return kept

    def _close_idle(self, now: float) -> None:
        """Close the connections on which nothing has come in time."""
        for number, conn in list(self.idle.items()):
            if conn.timeout <= now and self.idle.pop(number, None) is conn:
                self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.lines.discard(conn)
        conn.close()

    def handle_error(
        self, _req: object, client: socket.socket, _addr: object, exc: Exception
    ) -> None:
        """Answer what never became a call of the application."""
        status, detail = told(exc)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("serving_failed", error=type(exc).__name__, exc_info=exc)
        else:
            log.warning("request_refused", status=status, error=type(exc).__name__)
        try:
            util.write_nonblock(client, answer(status, detail))
        except OSError as error:
            log.debug("refusal_not_heard", error=type(error).__name__)
