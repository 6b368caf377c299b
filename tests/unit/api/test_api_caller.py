from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from flask import Flask

from app import caller

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Our end of a call's connection, and the caller's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def gone(line: object) -> bool:
    with Flask("x").test_request_context(environ_overrides={"gunicorn.socket": line}):
        return caller.gone()


def test_a_caller_who_waits_is_there_and_one_who_hung_up_is_gone(pair: Pair) -> None:
    """Also when the connection broke."""
    ours, theirs = pair

    assert not gone(ours)
    theirs.close()
    assert gone(ours)
    ours.close()
    assert gone(ours)


def test_a_callers_next_call_stays_unread(pair: Pair) -> None:
    """What is looked at is not taken."""
    ours, theirs = pair
    theirs.sendall(b"GET /next")

    assert not gone(ours)
    assert ours.recv(100) == b"GET /next"


@pytest.mark.parametrize("line", [None, object()])
def test_where_the_connection_is_not_known_nobody_is_gone(line: object) -> None:
    """As under another server than gunicorn."""
    assert not gone(line)
