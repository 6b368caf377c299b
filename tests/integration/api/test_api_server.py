from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.server import Line
from deploy.local.ports import free_port
from workers.errors import RequestTooSlow

PROBLEM = b"Content-Type: application/problem+json"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a gunicorn of the test's own: one process, two threads, no service beside it."""
    port, log = free_port(), tmp_path_factory.mktemp("web") / "log"
    env = {
        **os.environ, "PORT": str(port), "WEB_HOST": "127.0.0.1", "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "2", "REQUEST_TIMEOUT": "1", "REDIS_URL": "memory://", "LOG_FORMAT": "json",
        "SECRET_KEY": "key",
    }  # fmt: skip
    words = [sys.executable, "-m", "app.web"]
    with log.open("wb") as out, subprocess.Popen(words, env=env, stdout=out, stderr=out) as web:  # noqa: S603 - ours
        try:
            _wait_for(port, web, log)
            yield port
        finally:
            web.terminate()
    assert b"k3y" not in log.read_bytes()


def _wait_for(port: int, web: subprocess.Popen[bytes], log: Path) -> None:
    end_by = time.monotonic() + 60
    while not tell(port, HEAD + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200"):
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


REFUSED = {
    "a line that is too long": (b"GET /v1/tasks?x=" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", 414),
    "bytes that are not encoded": (b"GET /v1/t\xc3\xa4sks?api_key=k3y HTTP/1.1\r\n\r\n", 400),
    "another protocol": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "a method in small letters": (b"get /v1/tasks HTTP/1.1\r\n\r\n", 400),
    "no version": (b"GET /v1/tasks\r\n\r\n", 400),
    "another version": (b"GET /v1/tasks HTTP/3.0\r\n\r\n", 400),
    "a header without a colon": (HEAD + b"X-Api-Key k3y\r\n\r\n", 400),
    "NUL in a header": (HEAD + b"X-Api-Key: k3y\x00\r\n\r\n", 400),
    "a folded header": (HEAD + b"X-Y: a\r\n b\r\n\r\n", 400),
    "a header that is too long": (HEAD + b"X-Y: " + b"a" * 9_000 + b"\r\n\r\n", 431),
    "headers without end": (HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(150)) + b"\r\n", 431),
    "no length": (HEAD + b"Content-Length: ten\r\n\r\n", 400),
    "two lengths": (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "another coding": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "another expectation": (HEAD + b"Expect: wonders\r\n\r\n", 417),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_http_is_refused_with_a_problem_document(port: int, name: str) -> None:
    """What the server refuses before the application is asked looks like any other problem."""
    sent, status = REFUSED[name]
    head, _, body = tell(port, sent).partition(b"\r\n\r\n")
    told = json.loads(body)

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert PROBLEM in head
    assert (told["status"], told["errors"]) == (status, [])
    assert told["detail"]


def test_a_url_of_eight_kilobytes_is_read(port: int) -> None:
    """A long query, as of a results name in percent-encoding, is no reason to refuse."""
    told = tell(port, b"GET /healthz?x=" + b"a" * 8_000 + b" HTTP/1.1\r\nConnection: close\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 200 ")


def test_requests_in_a_row_are_answered_in_their_order(port: int) -> None:
    """Pipelining, HTTP/1.0 and a body in chunks are plain HTTP."""
    last = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    chunked = HEAD.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n"
    told = tell(port, HEAD + b"\r\n", chunked + b"1\r\nx\r\n0\r\n\r\n", last)
    old = tell(port, b"GET /healthz HTTP/1.0\r\n\r\n")

    assert [part[:3] for part in told.split(b"HTTP/1.1 ")[1:]] == [b"200", b"405", b"404"]
    assert old.startswith(b"HTTP/1.0 200 ")


@pytest.mark.parametrize("sent", [b"GET /heal", HEAD + b"X-Y:"])
def test_slow_senders_do_not_hold_the_threads(port: int, sent: bytes) -> None:
    """More unfinished requests than there are threads: each ends as 408, and others are served."""
    lines = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(6)]
    for line in lines:
        line.sendall(sent)
    served = tell(port, HEAD + b"Connection: close\r\n\r\n")
    answers = [line.recv(4096) for line in lines]
    for line in lines:
        line.close()

    assert served.startswith(b"HTTP/1.1 200 ")
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
    assert all(PROBLEM in answer for answer in answers)


def test_a_look_at_the_caller_is_bound_by_no_time() -> None:
    """A call may take longer than its request may: looking whether somebody waits goes on."""
    ours, theirs = socket.socketpair()
    with Line(fileno=ours.detach()) as line, theirs:
        line.arrive_by = time.monotonic() - 1
        with pytest.raises(BlockingIOError):
            line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        with pytest.raises(RequestTooSlow):
            line.recv(1)
        theirs.close()

        assert line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""


def test_a_client_that_reads_no_more_counts_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it asked for is larger than all buffers on the way; its thread is for others, too."""
    monkeypatch.setattr("app.server.SEND_SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    with Line(fileno=ours.detach()) as line, theirs:
        line.sendall(b"short")
        with pytest.raises(ConnectionResetError):
            line.sendall(bytes(50_000_000))

        assert theirs.recv(5) == b"short"
        assert line.gettimeout() is None
