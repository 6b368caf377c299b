"""All programs on plans with 20 connections, as the smallest of a platform have."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from deploy.local.home import Home
from deploy.local.ports import free_port
from deploy.local.program import running_stack
from tests.acceptance.client import ApiClient, starting
from tests.acceptance.conftest import API_KEY, SETTINGS
from tests.builders.services import running
from tests.site import truth
from tests.site.server import SiteServer

PLAN = 20  # connections to each of the two
PLATFORM = dict.fromkeys(("GRISTMILL_WORKERS", "GRISTMILL_CHROME_WORKERS"), "")
COMMANDS = (["migrate"], ["release"], ["doctor", "--deep"])


class ConnectionWatch:
    """Looks how many connections there are, on two that it has itself."""

    def __init__(self, database: str, broker: str) -> None:
        self.most = {"database": 0, "broker": 0}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(database, broker), daemon=True)

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._end.set()
            self._thread.join()

    def _run(self, database: str, broker: str) -> None:
        query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            client = redis.Redis.from_url(broker, single_connection_client=True)
            while not self._end.wait(0.05):
                cursor.execute(query)
                self._see("database", int(cursor.fetchone()[0]))
                self._see("broker", int(client.info("clients")["connected_clients"]))
            client.close()

    def _see(self, name: str, count: int) -> None:
        self.most[name] = max(self.most[name], count)


@pytest.mark.timeout(400)  # a stack, its load, and three commands beside it
def test_all_programs_work_on_plans_with_twenty_connections(
    tmp_path: Path, site: SiteServer
) -> None:
    """Under load the release, the doctor and the command line still get in, and nothing fails."""
    home = Home(tmp_path / "services")
    home.open()
    limits = {"max_connections": str(PLAN), "superuser_reserved_connections": "0"}
    with starting(), running(home, "database", "broker", **limits) as services:
        database, broker = services["DATABASE_URL"], services["REDIS_URL"]
        with closing(redis.Redis.from_url(broker)) as client:
            client.config_set("maxclients", PLAN)
        outside = {"DATABASE_URL": database, "REDIS_URL": broker, "DYNO": "web.1"}
        settings = {**SETTINGS, **PLATFORM, **outside}
        watch = ConnectionWatch(database, broker)
        with running_stack(tmp_path, free_port(), settings) as url, watch.watching():
            failures, ended = _use(ApiClient(url, API_KEY), site, tmp_path, settings)
        refused = int(_stats(broker)["rejected_connections"])
        logs = {log.stem: log.read_text() for log in (tmp_path / "logs").glob("*.log")}
    print(f"most connections: {watch.most}, refused by the broker: {refused}")  # noqa: T201

    assert failures == []
    assert {one["status"] for one in ended} == {"finished"}
    assert refused == 0
    assert max(watch.most.values()) <= PLAN
    assert [name for name, said in logs.items() if "no connection left" in said] == []


def _use(
    api: ApiClient, site: SiteServer, home: Path, settings: dict[str, str]
) -> tuple[list[str], list[dict[str, object]]]:
    """Start processes, call the API from many threads, and run commands meanwhile."""
    shop, failures = truth.Shop(4, 10), list[str]()
    processes = [api.run(truth.payload(shop, site.url))["id"] for _ in range(8)]
    chrome = truth.payload(truth.Shop(1, 3), site.url)
    chrome["request"]["type"] = "chrome"
    processes.append(api.run(chrome)["id"])
    end = threading.Event()

    def call() -> None:
        own = ApiClient(api.url, API_KEY)
        while not end.is_set():
            answer = own.call("GET", "/tasks")
            if not answer.ok:
                failures.append(f"{answer.status_code} {answer.text[:200]}")
            time.sleep(0.05)

    callers = [threading.Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for words in COMMANDS:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "app.cli", *words],
            env={**settings, "PATH": "/usr/bin:/bin", **_storage(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            failures.append(f"{words}: {done.stdout} {done.stderr}")
    ended = [api.wait(process) for process in processes]
    end.set()
    for caller in callers:
        caller.join()
    return failures, ended


def _storage(home: Path) -> dict[str, str]:
    return Home(home).saved_environment()


def _stats(broker: str) -> dict[str, object]:
    with closing(redis.Redis.from_url(broker)) as client:
        return dict(client.info("stats"))
