"""A service that answers what a test wrote down for it, call by call."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG_UP = b""
"""Instead of an answer: the connection ends."""


def said(value: object, status: int = 200, **headers: str) -> bytes:
    """Return an answer in JSON; ``Retry_After`` is the header ``Retry-After``."""
    body = json.dumps(value).encode()
    lines = {name.replace("_", "-"): text for name, text in headers.items()}
    lines = {"Content-Type": "application/json", **lines, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {text}\r\n" for name, text in lines.items())
    return f"HTTP/1.1 {status} Status\r\nConnection: close\r\n{head}\r\n".encode() + body


def problem(status: int, code: str, detail: str = "No.", **more: object) -> dict[str, object]:
    """Return a problem document."""
    return {"status": status, "code": code, "detail": detail, "errors": [], **more}


@dataclass(frozen=True)
class Asked:
    """One call as it came: method and target, headers by names in lower case, body."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedService:
    """What it was asked, and what it answers next; the last answer is given again and again."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The calls' first lines."""
        return [one.line for one in self.asked]


@contextmanager
def scripted(*answers: bytes) -> Iterator[ScriptedService]:
    """Run a service that gives these answers in order."""
    service = ScriptedService(answers=list(answers))

    class ScriptedHandler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): text for name, text in self.headers.items()}
            service.asked.append(Asked(f"{self.command} {self.path}", headers, body))
            last = len(service.answers) == 1
            with suppress(OSError):
                self.wfile.write(service.answers[0] if last else service.answers.pop(0))

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - by which it is found

    server = ThreadingHTTPServer(("127.0.0.1", 0), ScriptedHandler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
