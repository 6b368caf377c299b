from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.line import Line
from tests.integration.api.serving import HEAD, LAST, served, tell

ASK = HEAD + b"\r\n"


def line_to(port: int) -> socket.socket:
    """A connection to the server."""
    return socket.create_connection(("127.0.0.1", port), 30)


def test_idle_and_silent_connections_hold_no_thread_and_are_closed(tmp_path: Path) -> None:
    """Far more connections than threads; each is closed once nothing came for ``keepalive``."""
    with served(tmp_path / "log") as (port, _), ExitStack() as stack:
        silent = [stack.enter_context(line_to(port)) for _ in range(20)]
        for line in silent[:10]:
            line.sendall(ASK)
            assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        began = time.monotonic()
        others = tell(port, LAST)
        took = time.monotonic() - began
        ends = [line.recv(4096) for line in silent]

    assert others.startswith(b"HTTP/1.1 200 ")
    assert took < 4  # before any of them was closed
    assert ends == [b""] * 20


def test_a_server_that_ends_answers_the_call_that_is_on_its_way(tmp_path: Path) -> None:
    """On a kept connection, as the last one; an idle one is closed, and the server is gone."""
    with served(tmp_path / "log") as (port, web), line_to(port) as kept, line_to(port) as idle:
        idle.sendall(ASK)
        assert b"Connection: keep-alive" in idle.recv(4096)
        web.terminate()
        answers = [b""]
        while b"Connection: close" not in answers[-1]:
            kept.sendall(ASK)
            answers.append(kept.recv(4096))
            assert answers[-1].startswith(b"HTTP/1.1 200 ")
        web.wait(10)

        assert (kept.recv(1), idle.recv(1)) == (b"", b"")


def test_what_is_sent_after_the_last_word_does_not_cost_the_answer(tmp_path: Path) -> None:
    """A refused sender who goes on sending still reads why."""
    broken = b"POST /v1/task/create HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n"
    with served(tmp_path / "log") as (port, _), line_to(port) as line:
        line.sendall(broken + b"x" * 200_000)
        time.sleep(0.2)
        line.sendall(b"x" * 100_000)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := line.recv(65_536):
            heard += piece

    assert heard.startswith(b"HTTP/1.1 400 ")
    assert heard.endswith(b"}")


@pytest.fixture
def pair() -> tuple[Line, socket.socket]:
    """Our end of a connection, and the caller's."""
    ours, theirs = socket.socketpair()
    return Line.of(ours), theirs


def test_an_answers_head_leaves_with_its_body(pair: tuple[Line, socket.socket]) -> None:
    """One packet where the server writes two; a head without a body leaves when it is told to."""
    line, caller = pair
    with line, caller:
        caller.setblocking(False)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with pytest.raises(BlockingIOError):
            caller.recv(100)
        line.sendall(b"body")
        assert caller.recv(100) == b"HTTP/1.1 200 OK\r\n\r\nbody"
        line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        line.flush()
        assert caller.recv(100) == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_a_large_answer_waits_for_its_reader(pair: tuple[Line, socket.socket]) -> None:
    """More than the system keeps for a connection; who shall not wait is told so."""
    line, caller = pair
    with line, caller:
        line.settimeout(0.01)
        with pytest.raises(TimeoutError):
            line.sendall(b"x" * 10_000_000)
        with pytest.raises(TimeoutError):
            line.recv(1)
