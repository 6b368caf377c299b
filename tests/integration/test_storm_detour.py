from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from deploy.local.ports import LOOPBACK
from tests.storm.detour import Detour


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says everything again."""
    listener = socket.create_server((LOOPBACK, 0))

    def serve(line: socket.socket) -> None:
        with line, suppress(OSError):
            while data := line.recv(100):
                line.sendall(data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.fixture
def detour(echo: int) -> Iterator[Detour]:
    """A detour to it."""
    with Detour(echo) as detour:
        yield detour


def dial(detour: Detour, seconds: float = 5) -> socket.socket:
    return socket.create_connection((LOOPBACK, detour.port), timeout=seconds)


def ask(line: socket.socket) -> bytes:
    line.sendall(b"ping")
    return line.recv(100)


def test_bytes_pass_both_ways(detour: Detour) -> None:
    """As if nobody lay between, the end of a side included."""
    with dial(detour) as line:
        answer = ask(line)
        line.shutdown(socket.SHUT_WR)

        assert answer == b"ping"
        assert line.recv(100) == b""


def test_a_cut_resets_what_is_open_and_lets_new_lines_through(detour: Detour) -> None:
    """A reset, as of a router that restarts."""
    with dial(detour) as line:
        ask(line)
        detour.cut()
        with pytest.raises(ConnectionResetError):
            line.recv(100)
    with dial(detour) as line:
        assert ask(line) == b"ping"


def test_a_hole_holds_everything_until_it_opens(detour: Detour) -> None:
    """A line is taken and nothing comes; then all of it does."""
    with dial(detour, 0.5) as line:
        ask(line)
        detour.close()
        with pytest.raises(TimeoutError):
            ask(line)
        with dial(detour, 0.5) as other, pytest.raises(TimeoutError):
            ask(other)
        detour.open()

        assert line.recv(100) == b"ping"


def test_a_lost_line_is_never_heard_of_again(detour: Detour) -> None:
    """What was open in such a hole stays open and silent; new lines pass."""
    with dial(detour, 0.5) as line:
        ask(line)
        detour.close()
        time.sleep(0.1)
        detour.open(lose=True)
        with pytest.raises(TimeoutError):
            ask(line)
    with dial(detour) as line:
        assert ask(line) == b"ping"


def test_a_slow_line_is_slow(detour: Detour) -> None:
    """Each piece of bytes is held, on its way there and back."""
    detour.delay(0.2)
    with dial(detour) as line:
        began = time.monotonic()
        ask(line)

        assert time.monotonic() - began > 0.35
