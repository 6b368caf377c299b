from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from deploy.local.ports import LOOPBACK
from tests.storm.tcp_relay import TcpRelay


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
def relay(echo: int) -> Iterator[TcpRelay]:
    """A relay to it."""
    with TcpRelay(echo) as relay:
        yield relay


def dial(relay: TcpRelay, seconds: float = 5) -> socket.socket:
    return socket.create_connection((LOOPBACK, relay.port), timeout=seconds)


def ask(line: socket.socket) -> bytes:
    line.sendall(b"ping")
    return line.recv(100)


def test_bytes_pass_both_ways(relay: TcpRelay) -> None:
    """As if nobody lay between, the end of a side included."""
    with dial(relay) as line:
        answer = ask(line)
        line.shutdown(socket.SHUT_WR)

        assert answer == b"ping"
        assert line.recv(100) == b""


def test_a_cut_resets_what_is_open_and_lets_new_lines_through(relay: TcpRelay) -> None:
    """A reset, as of a router that restarts."""
    with dial(relay) as line:
        ask(line)
        relay.cut()
        with pytest.raises(ConnectionResetError):
            line.recv(100)
    with dial(relay) as line:
        assert ask(line) == b"ping"


def test_a_hole_holds_everything_until_it_opens(relay: TcpRelay) -> None:
    """A line is taken and nothing comes; then all of it does."""
    with dial(relay, 0.5) as line:
        ask(line)
        relay.close()
        with pytest.raises(TimeoutError):
            ask(line)
        with dial(relay, 0.5) as other, pytest.raises(TimeoutError):
            ask(other)
        relay.open()

        assert line.recv(100) == b"ping"


def test_a_lost_line_is_never_heard_of_again(relay: TcpRelay) -> None:
    """What was open in such a hole stays open and silent; new lines pass."""
    with dial(relay, 0.5) as line:
        ask(line)
        relay.close()
        time.sleep(0.1)
        relay.open(lose=True)
        with pytest.raises(TimeoutError):
            ask(line)
    with dial(relay) as line:
        assert ask(line) == b"ping"


def test_a_slow_line_is_slow(relay: TcpRelay) -> None:
    """Each piece of bytes is held, on its way there and back."""
    relay.delay(0.2)
    with dial(relay) as line:
        began = time.monotonic()
        ask(line)

        assert time.monotonic() - began > 0.35
