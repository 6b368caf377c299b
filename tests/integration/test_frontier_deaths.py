from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.builders.recoveries import LIMITS, Stopped, ok
from workers import frontier, sweep
from workers.db import Database
from workers.frontier import slices
from workers.runtime import identity

LEASE = 15.0  # seconds


@pytest.fixture(autouse=True)
def _unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.celery.send", lambda *_: True)


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A real process that stands for a worker's child."""
    with subprocess.Popen(["sleep", "60"]) as child:  # noqa: S607 - found by its name
        yield child
        child.kill()


@pytest.fixture
def process(database: Database) -> Stopped:
    return Stopped(database, 1000)


def name_of(pid: int) -> str:
    return f"{identity.host()}|{pid}|{identity._started(pid)}"  # noqa: SLF001 - as the child names itself


def take(process: Stopped, name: str) -> None:
    """Hold the start page, as a worker of that name."""
    slice_ = frontier.open_slice(process.database, process.id, queue="base", worker=name)
    assert slice_ is not None
    (page,) = frontier.claim(process.database, slice_, 1, LIMITS, idle=True).pages
    frontier.admit(process.database, slice_, [page.id])


def deaths(process: Stopped) -> tuple[int, int]:
    return tuple(process.sql("SELECT deaths, lone_deaths FROM pages")[0])


def test_a_worker_that_freezes_and_then_dies_dies_once(
    process: Stopped, child: subprocess.Popen[bytes]
) -> None:
    """Its silence costs it the slice; its end later is no second death of the page."""
    take(process, name_of(child.pid))
    os.kill(child.pid, signal.SIGSTOP)
    early = sweep.release_dead(process.database, LEASE)
    process.sql("UPDATE slices SET heartbeat = now() - interval '16 seconds' RETURNING 1")
    silent = sweep.release_dead(process.database, LEASE)
    child.kill()
    child.wait()
    late = sweep.release_dead(process.database, LEASE)

    assert (early, silent, late) == (0, 1, 0)
    assert deaths(process) == (1, 0)


def test_only_deaths_while_a_page_was_alone_count_against_it(
    process: Stopped, child: subprocess.Popen[bytes]
) -> None:
    """Twice among others, then alone: at the third of those it is given up, and nothing is owed."""
    name = name_of(child.pid)
    child.kill()
    child.wait()
    seen = []
    for _ in range(5):
        take(process, name)
        assert sweep.release_dead(process.database, LEASE) == 1
        seen.append(deaths(process))
    row = process.row()

    assert seen == [(1, 0), (2, 0), (3, 1), (4, 2), (5, 3)]
    assert process.sql("SELECT verdict FROM pages") == [("poisoned",)]
    assert (row.failed_count, row.open_pages, row.request_count) == (1, 0, 5)
    assert process.spent() == 0


def test_a_page_is_not_to_blame_when_others_die_about_then(
    process: Stopped, child: subprocess.Popen[bytes]
) -> None:
    """In a storm of kills it is tried alone again and again; only a bound ends that."""
    name = name_of(child.pid)
    child.kill()
    child.wait()
    for _ in range(slices.MOST_DEATHS - 1):
        process.sql("INSERT INTO deaths (process_id) VALUES ('another') RETURNING 1")
        take(process, name)
        assert sweep.release_dead(process.database, LEASE) == 1
    innocent = deaths(process)
    take(process, name)
    sweep.release_dead(process.database, LEASE)

    assert innocent == (slices.MOST_DEATHS - 1, 0)
    assert process.sql("SELECT verdict, error FROM pages") == [("poisoned", slices.TOO_OFTEN)]


def test_a_page_that_was_given_up_has_all_its_tries_again(process: Stopped) -> None:
    """It is tried alone from the beginning, and a slice that is closed ends nothing."""
    process.sql(
        "UPDATE pages SET state = 'done', verdict = 'poisoned', deaths = %s, lone_deaths = 3"
        " RETURNING 1",
        slices.MOST_DEATHS,
    )
    with process.database.transaction("test") as tx:
        tx.the(
            "reopen_pages", process_id=process.id, verdicts=["poisoned"], hosts="[]", admitted=[]
        )
    again = deaths(process)
    take(process, identity.me())
    with process.database.transaction("test") as tx:
        tx.one("lock_process", process_id=process.id)
        frontier.fence_off(tx, process.id)

    assert again == (5, 0)
    assert process.sql("SELECT state, verdict FROM pages") == [("queued", None)]


def test_a_slice_that_is_closed_is_no_death(process: Stopped) -> None:
    """Deployments and cancels poison nothing, however many there are."""
    for _ in range(6):
        take(process, identity.me())
        with process.database.transaction("test") as tx:
            tx.one("lock_process", process_id=process.id)
            frontier.fence_off(tx, process.id)

    assert deaths(process) == (0, 0)
    assert [page.attempt for page in process.fetch(ok)] == [1]
