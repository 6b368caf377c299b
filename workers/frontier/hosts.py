"""What all slices share about hosts: slots, moments, robots.txt, and the proxies that fail there.

Each verb may be asked twice, and what it wrote may be forgotten by a Postgres that crashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from workers.db import Database, Transaction
from workers.db.named import FIND_ROBOTS, PROXY_FAULTS, TAKE_MOMENT, TAKE_SLOTS


def take_slots(
    database: Database, slice_id: int, wanted: Mapping[str, tuple[int, int]], *, allowed: int
) -> dict[str, int]:
    """Return the slots that the slice is granted at each host of ``wanted`` (wish, in flight).

    ``allowed``: what all slices together may have in flight at one host.
    """
    with _shared(database) as tx:
        rows = tx.all(
            TAKE_SLOTS,
            slice_id=slice_id,
            hosts=list(wanted),
            wanted=[wish for wish, _ in wanted.values()],
            flying=[flying for _, flying in wanted.values()],
            allowed=allowed,
        )
    return {row.host: row.slots for row in rows}


def take_moment(database: Database, host: str, *, delay: float, horizon: float) -> float | None:
    """Take the host's next moment: seconds to wait for it; None when it is beyond ``horizon``."""
    with _shared(database) as tx:
        return tx.the(TAKE_MOMENT, host=host, delay=delay, horizon=horizon).wait


def find_robots(database: Database, origin: str) -> tuple[int, bytes] | None:
    """Return status and body of the origin's robots.txt, if somebody's answer is still fresh."""
    with _shared(database) as tx:
        found = tx.one(FIND_ROBOTS, origin=origin)
    return (found.status, found.body.encode()) if found else None


def save_robots(
    database: Database, origin: str, status: int, body: bytes, *, seconds: float
) -> None:
    """Keep what robots.txt said, for everybody."""
    text = body.decode("utf-8", "replace").replace("\x00", "")
    with _shared(database) as tx:
        tx.do("save_robots", origin=origin, status=status, body=text, seconds=seconds)


def proxy_faults(database: Database, host: str) -> list[tuple[str, int, float]]:
    """Return the proxies that rest for this host: label, faults in a row, seconds of rest left."""
    with _shared(database) as tx:
        rows = tx.all(PROXY_FAULTS, host=host)
    return [(row.proxy, row.faults, row.seconds) for row in rows]


def save_proxy_fault(
    database: Database, proxy: str, host: str, *, faults: int, seconds: float
) -> None:
    """Let everybody pass over this proxy (its label) for this host, for so many seconds."""
    with _shared(database) as tx:
        tx.do("save_proxy_fault", proxy=proxy, host=host, faults=faults, seconds=seconds)


def forget_proxy_fault(database: Database, proxy: str, host: str) -> None:
    """The proxy (its label) served this host again."""
    with _shared(database) as tx:
        tx.do("forget_proxy_fault", proxy=proxy, host=host)


@contextmanager
def _shared(database: Database) -> Iterator[Transaction]:
    """Open the transaction of each verb: it waits for no disk."""
    with database.transaction("hosts") as tx:
        tx.async_commit()
        yield tx
