"""A worker that is asked to end, with all that can hang: real main processes of the test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from deploy.local import proc
from deploy.local.home import Home
from deploy.local.procfile import ROOT
from tests.builders.broken_worker import GONE_WITHIN
from tests.builders.services import running
from workers import celery
from workers.proc import OVER
from workers.runtime import ending

WITHIN = GONE_WITHIN + 4.0  # seconds: a machine may be busy
GRANTED = 10.0  # seconds between SIGTERM and SIGKILL, by `docker stop` and our Compose file
QUEUES = {"worker": "crawl", "deliver": "deliver"}


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker of these tests."""
    home = Home(tmp_path_factory.mktemp("broker"))
    home.open()
    with running(home, "broker") as services:
        yield services["REDIS_URL"]


class OwnWorker:
    """A worker's main process, its children, and what its jobs noted."""

    def __init__(self, url: str, folder: Path, program: str, breakage: str) -> None:
        self.url, self.queue = url, QUEUES[program]
        self.notes, self.said = folder / "notes", folder / "said"
        environ = {
            **os.environ,
            "REDIS_URL": url,
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "GRISTMILL_WORKERS": "2",
            "GRISTMILL_DELIVER_THREADS": "1",
            "NOTES": str(self.notes),
        }
        self.notes.touch()
        words = [sys.executable, "-m", "tests.builders.broken_worker", program, breakage]
        with self.said.open("wb") as out:
            self.main = subprocess.Popen(words, cwd=ROOT, env=environ, stdout=out, stderr=out)  # noqa: S603 - ours
        self.below: list[int] = []

    def children(self) -> list[int]:
        """Return what runs below the main process."""
        return [one.pid for one in proc.tree(self.main.pid, proc.all_processes())[1:]]

    def wait(self, true: Callable[[], object]) -> None:
        """Wait until something holds."""
        end_by = time.monotonic() + 60
        while not true():
            assert self.main.poll() is None, self.said.read_text()
            assert time.monotonic() < end_by, self.said.read_text()
            time.sleep(0.05)

    def takes(self) -> None:
        """Wait until it takes messages."""
        with closing(redis.Redis.from_url(self.url)) as client:
            client.lpush(self.queue, "{}")  # no job: it is read, found wanting, and dropped
            self.wait(lambda: not client.llen(self.queue))
        self.below = self.children()

    def begin(self, job: str) -> None:
        """Give it a job, and wait until that has begun."""
        celery.asking(self.url).send_task(f"test.{job}", queue=self.queue, ignore_result=True)
        self.wait(lambda: "begun" in self.notes.read_text())

    def hang(self) -> None:
        """Let its loop hang, and wait until it does."""
        self.notes.with_suffix(".break").touch()
        self.wait(lambda: "hangs" in self.notes.read_text())

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to end; returns after how many seconds it and its children were gone."""
        began = time.monotonic()
        self.main.send_signal(number)
        self.main.wait(3 * WITHIN)
        while self._left():
            assert time.monotonic() - began < 3 * WITHIN, "children are left"
            time.sleep(0.05)
        return time.monotonic() - began

    def _left(self) -> list[int]:
        seen = proc.all_processes()
        return [pid for pid in self.below if pid in seen and seen[pid].state not in OVER]


Start = Callable[..., OwnWorker]


@pytest.fixture
def start(own_broker: str, tmp_path: Path) -> Iterator[Start]:
    """Start workers that take messages: ``start("worker", breakage)``."""
    workers: list[OwnWorker] = []

    def make(program: str = "worker", breakage: str = "none") -> OwnWorker:
        workers.append(worker := OwnWorker(own_broker, tmp_path, program, breakage))
        worker.takes()
        return worker

    yield make
    for worker in workers:
        worker.main.kill()
        worker.main.wait()


def test_the_real_bound_is_within_what_platforms_grant() -> None:
    """They kill who takes longer, and with it what a job would still have tidied up."""
    compose = (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")

    assert f"stop_grace_period: {GRANTED:.0f}s" in compose
    assert 0 < ending.GRACE < ending.SAY_AFTER < ending.GONE_WITHIN < GRANTED


@pytest.mark.parametrize(
    ("program", "number"),
    [
        ("worker", signal.SIGTERM),
        ("worker", signal.SIGINT),
        ("worker", signal.SIGQUIT),
        ("deliver", signal.SIGTERM),
    ],
)
def test_a_worker_without_jobs_ends_at_once_and_well(
    start: Start, program: str, number: signal.Signals
) -> None:
    """Nobody waits for a grace that nothing needs."""
    worker = start(program)
    took = worker.end(number)

    assert took < WITHIN
    assert worker.main.returncode == 0, worker.said.read_text()


def test_a_worker_ends_although_children_are_frozen(start: Start) -> None:
    """A frozen child hears no signal and never ends: it goes with its main process."""
    worker = start()
    proc.send(worker.below, signal.SIGSTOP)

    assert len(worker.below) == 2
    assert worker.end() < WITHIN


@pytest.mark.parametrize("breakage", ["lock", "native lock"])
def test_a_worker_ends_although_its_loop_hangs(start: Start, breakage: str) -> None:
    """Whatever the main thread waits for, and whether or not its handlers still run."""
    worker = start("worker", breakage)
    worker.hang()

    assert worker.end() < WITHIN


def test_a_worker_ends_although_a_killed_child_held_a_lock_of_the_pool(start: Start) -> None:
    """The main process waits for ever for what the dead can't give back."""
    worker = start()
    worker.begin("dies_with_a_lock")
    time.sleep(0.5)

    assert worker.end() < WITHIN


def test_a_job_that_outlasts_its_grace_is_broken_off_and_can_tidy_up(start: Start) -> None:
    """It hears of the end by an exception, not by being killed."""
    worker = start()
    worker.begin("long")
    took = worker.end()

    assert took < WITHIN
    assert "broken off" in worker.notes.read_text()


def test_a_worker_that_looks_for_its_broker_ends_at_once(own_broker: str, start: Start) -> None:
    """It has no loop yet that would look whether it was asked."""
    with closing(redis.Redis.from_url(own_broker, single_connection_client=True)) as client:
        worker = start()
        client.execute_command("ACL", "SETUSER", "default", "-brpop", "-ping")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        time.sleep(2)
        took = worker.end()
        client.execute_command("ACL", "SETUSER", "default", "+@all")

    assert took < WITHIN
