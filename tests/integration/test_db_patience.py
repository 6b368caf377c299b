from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from workers.db import Database
from workers.errors import DatabaseUnavailable


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and never says a word, as a frozen Postgres does."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"postgresql://user@127.0.0.1:{server.getsockname()[1]}/nothing"


def test_a_frozen_server_costs_no_more_than_the_patience(silent_url: str) -> None:
    """TCP sees no fault in it, so the connection has to give up by itself."""
    database = Database(silent_url, patience=0.3)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable), database.transaction("test"):
        pass

    assert 0.3 <= time.monotonic() - began < 2


def test_a_server_that_answers_is_waited_for(database_url: str) -> None:
    """Patience is no hindrance to what takes its normal time, one exchange after another."""
    database = Database(database_url, patience=2.0)
    with database.transaction("test") as tx:
        found = [tx.one("probe_database") for _ in range(20)]
    database.close()

    assert found == [None] * 20
