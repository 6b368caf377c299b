"""Local receivers of webhooks: one answers as it is told, others never get to an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """``answers`` are the next statuses, in order; past them every request gets a 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    pause: float = 0.0
    got: list[Received] = field(default_factory=list)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver that answers as it is told."""
    state = Receiver()

    class ReceiverHandler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.got.append(Received(self.path, headers, body))
            time.sleep(state.pause)
            status = state.answers.pop(0) if state.answers else 200
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Location", f"{state.url}/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

    server = ThreadingHTTPServer(("127.0.0.1", 0), ReceiverHandler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def drip_head(line: socket.socket) -> None:
    """Send a header that goes on for ever, a byte at a time."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        line.sendall(b"a")
        time.sleep(0.1)


def drip_body(line: socket.socket) -> None:
    """Send a body that goes on for ever, a byte at a time."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        line.sendall(b"a")
        time.sleep(0.1)


def flood(line: socket.socket) -> None:
    """Redirect, with a body as long as anybody likes."""
    line.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 99999999999\r\n\r\n")
    while True:
        line.sendall(b"a" * 65536)


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that reads a request and then does what ``talk`` does; yields its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_lines: list[socket.socket] = []

    def serve(line: socket.socket) -> None:
        with suppress(OSError):
            line.recv(65536)
            talk(line)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                open_lines.append(line)
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in open_lines:
            line.close()
        thread.join()
