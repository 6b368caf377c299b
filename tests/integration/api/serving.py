"""A gunicorn of the test's own: one process, two threads, no service beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from deploy.local.ports import free_port

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
LAST = HEAD + b"Connection: close\r\n\r\n"
Web = subprocess.Popen[bytes]


@contextmanager
def served(log: Path) -> Iterator[tuple[int, Web]]:
    """Serve; yields the port and the process."""
    port = free_port()
    env = {
        **os.environ, "PORT": str(port), "WEB_HOST": "127.0.0.1", "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "2", "REQUEST_TIMEOUT": "1", "REDIS_URL": "memory://", "LOG_FORMAT": "json",
        "SECRET_KEY": "key",
    }  # fmt: skip
    words = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "app.wsgi:app"]
    with log.open("wb") as out, subprocess.Popen(words, env=env, stdout=out, stderr=out) as web:  # noqa: S603 - ours
        try:
            _wait_for(port, web, log)
            yield port, web
        finally:
            web.terminate()


def _wait_for(port: int, web: Web, log: Path) -> None:
    end_by = time.monotonic() + 60
    while not tell(port, LAST).startswith(b"HTTP/1.1 200"):
        assert web.poll() is None, log.read_text()
        assert time.monotonic() < end_by, log.read_text()
        time.sleep(0.1)


def tell(port: int, *parts: bytes) -> bytes:
    """Send each part on one connection and return all that comes back until it is closed."""
    told = b""
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 30)) as line:
        for part in parts:
            line.sendall(part)
        while piece := line.recv(65_536):
            told += piece
    return told
