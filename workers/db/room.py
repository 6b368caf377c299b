"""A server that has no connection left is asked again: somebody gives one back within seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg2

from workers.db.faults import is_full

UNUSED = 10.0  # seconds after which an idle connection is given back to the server
ROOM = 15.0  # seconds for which an operator's command asks to be let in: longer than that
EVERY = 0.5  # seconds between two tries

T = TypeVar("T")


def let_in(connect: Callable[[], T], seconds: float) -> T:
    """Return what ``connect`` makes, tried again for ``seconds`` while the server is full."""
    end_by = time.monotonic() + seconds
    while True:
        try:
            return connect()
        except psycopg2.OperationalError as error:
            if not is_full(error) or time.monotonic() > end_by:
                raise
        time.sleep(EVERY)
