"""What all slices share about hosts: slots, moments, robots.txt, and the proxies that fail there.

Each verb may be asked twice, and what it wrote may be forgotten by a Postgres that crashes.
"""

from __future__ import annotations

from collections.abc import Mapping

from workers.db import Database, Row


def take_slots(
    database: Database, slice_id: int, wanted: Mapping[str, tuple[int, int]], *, allowed: int
) -> dict[str, int]:
    """Return the slots that the slice is granted at each host of ``wanted`` (wish, in flight).

    ``allowed``: what all slices together may have in flight at one host.
    """
    rows = _ask(
        database,
        "take_slots",
        slice_id=slice_id,
        hosts=list(wanted),
        wanted=[wish for wish, _ in wanted.values()],
        flying=[flying for _, flying in wanted.values()],
        allowed=allowed,
    )
    return {row.host: row.slots for row in rows}


def take_moment(database: Database, host: str, *, delay: float, horizon: float) -> float | None:
    """Take the host's next moment: seconds to wait for it; None when it is beyond ``horizon``."""
    wait: float | None = _ask(database, "take_moment", host=host, delay=delay, horizon=horizon)[0][
        0
    ]
    return wait


def find_robots(database: Database, origin: str) -> tuple[int, bytes] | None:
    """Return status and body of the origin's robots.txt, if somebody's answer is still fresh."""
    rows = _ask(database, "find_robots", origin=origin)
    return (rows[0].status, rows[0].body.encode()) if rows else None


def save_robots(
    database: Database, origin: str, status: int, body: bytes, *, seconds: float
) -> None:
    """Keep what robots.txt said, for everybody."""
    text = body.decode("utf-8", "replace").replace("\x00", "")
    _ask(database, "save_robots", origin=origin, status=status, body=text, seconds=seconds)


def proxy_faults(database: Database, host: str) -> list[tuple[str, int, float]]:
    """Return the proxies that rest for this host: label, faults in a row, seconds of rest left."""
    rows = _ask(database, "proxy_faults", host=host)
    return [(row.proxy, row.faults, row.seconds) for row in rows]


def save_proxy_fault(
    database: Database, proxy: str, host: str, *, faults: int, seconds: float
) -> None:
    """Let everybody pass over this proxy (its label) for this host, for so many seconds."""
    _ask(database, "save_proxy_fault", proxy=proxy, host=host, faults=faults, seconds=seconds)


def forget_proxy_fault(database: Database, proxy: str, host: str) -> None:
    """The proxy (its label) served this host again."""
    _ask(database, "forget_proxy_fault", proxy=proxy, host=host)


def _ask(database: Database, name: str, **values: object) -> list[Row]:
    with database.transaction("hosts") as tx:
        tx.async_commit()
        return tx.all(name, **values)
