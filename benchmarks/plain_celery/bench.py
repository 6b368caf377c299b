"""A broker, a supervised Celery worker, and a ledger: what the kills are dealt to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis

from deploy.local import proc, valkey
from deploy.local.home import Home
from deploy.local.running import Running
from deploy.local.services import process_environment

CONCURRENCY = 4
QUEUE, UNACKED = "celery", "unacked"
LOOK_EVERY = 0.1  # seconds


class Bench:
    """Everything that is measured, in one folder; ``settings`` is a key of ``app.SETTINGS``."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.home = Home(folder)
        self.home.open()
        self._part = valkey.valkey(self.home, process_environment(self.home))
        port = int((folder / "ports" / "broker").read_text(encoding="utf-8"))
        self.broker_url = valkey.url(self.home, port)
        self.ledger = folder / "ledger"
        self.ledger.touch()
        self._environment = {
            **os.environ,
            "PLAIN_BROKER": self.broker_url,
            "PLAIN_SETTINGS": settings,
            "PLAIN_LEDGER": str(self.ledger),
        }
        self._end = threading.Event()
        self.broker = Running(self.home, self._part)
        self.broker.wait_ready()
        self.worker = self._start_worker()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        with (self.home.path / "worker.log").open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - our own program
                [
                    *(sys.executable, "-m", "celery", "-A", "benchmarks.plain_celery.app"),
                    *("worker", "--loglevel", "WARNING", "--concurrency", str(CONCURRENCY)),
                    *("--without-gossip", "--without-mingle"),
                ],
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _supervise(self) -> None:
        """Start again what was killed, as any supervisor does."""
        while not self._end.wait(LOOK_EVERY):
            if not self.broker.alive():
                self.broker = Running(self.home, self._part)
                self.broker.wait_ready()
            if self.worker.poll() is not None:
                self._clear()
                self.worker = self._start_worker()

    def _clear(self) -> None:
        """End what a dead main left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.worker.pid, signal.SIGKILL)

    def children(self) -> list[int]:
        """Return the pool's children."""
        seen = proc.all_processes().values()
        return sorted(one.pid for one in seen if one.parent == self.worker.pid)

    def counted(self, word: str) -> Counter[int]:
        """Return how often each page was ``begun`` or ``done``."""
        lines = self.ledger.read_text(encoding="utf-8").splitlines()
        return Counter(int(line.split()[1]) for line in lines if line.startswith(word))

    def in_broker(self) -> set[int]:
        """Return the pages whose messages the broker still has, waiting or unacknowledged."""
        with redis.Redis.from_url(self.broker_url) as client:
            told: Any = client.hvals(UNACKED)
            waiting: Any = client.lrange(QUEUE, 0, -1)
        messages = [json.loads(text)[0] for text in told] + [json.loads(text) for text in waiting]
        return {int(message["headers"]["id"].split("-")[1]) for message in messages}

    def close(self) -> None:
        """End everything."""
        self._end.set()
        self._supervisor.join()
        self._clear()
        self.worker.wait()
        self.broker.kill()
