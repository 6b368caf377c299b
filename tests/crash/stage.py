"""Where the cases play: real services, a site, a receiver, and the process that forks actors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import redis

from tests.builders.receivers import Receiver, receiver
from tests.crash.case import CrashCase
from tests.invariants import ask
from tests.site.engines import UNKNOWN, EngineServer
from tests.site.server import SiteServer
from workers import accounts
from workers.db import Database
from workers.settings import Settings, load
from workers.storage.base import Storage
from workers.storage.s3 import S3Storage

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "ALLOWED_NETWORKS": "127.0.0.0/8",
    "SLICE_SECONDS": "0.03",
    "FETCH_BACKOFF": "0.05",
    "WEBHOOK_RETRY_SCHEDULE": "0,0,0",
    "RATE_LIMIT": "100000/second",
    "LOG_LEVEL": "error",
    "BASE_PRICE": "0.05",
}
KILLED = -9
TABLES = (
    "accounts",
    "objects",
    "tombstones",
    "deaths",
    "host_pace",
    "robots",
    "presence",
    "metrics",
)


@dataclass
class Stage:
    """``settings`` lead to the services that every case of a session shares."""

    settings: Settings
    database: Database
    storage: Storage
    site: SiteServer
    engine: EngineServer
    hooks: Receiver
    folder: Path
    forker: subprocess.Popen[str]
    said: Path
    _engine_asked: int = 0

    def given(self, scenario: str, crashpoint: str = "", *, record: bool = False) -> CrashCase:
        """Make a case: an account of its own, and a client that remembers nothing yet."""
        self._wipe()
        mark = uuid.uuid4().hex[:12]
        account = accounts.create(self.database, f"case-{mark}", credits=100_000)
        self.site.reset()
        return CrashCase(
            scenario=scenario,
            crashpoint=crashpoint,
            mark=mark,
            account_id=account.account_id,
            api_key=account.api_key,
            site=self.site.url,
            hook=f"{self.hooks.url}/{mark}",
            target=self._target(),
            memory=str(self.folder / f"{mark}.json"),
            passed=str(self.folder / f"{mark}.passed") if record else "",
        )

    def _wipe(self) -> None:
        """Begin with nothing, so that a case that failed fails no other."""
        ask(self.settings.database_url, f"TRUNCATE {', '.join(TABLES)} CASCADE")
        self.storage.delete(list(self.storage.keys()))
        with redis.Redis.from_url(self.settings.redis_url) as broker:
            broker.flushdb()
        self.hooks.got.clear()
        self._engine_asked = len(self.engine.asked)

    def again(self, given: CrashCase) -> CrashCase:
        """Return the case for the one who comes after: nobody dies any more."""
        return replace(given, crashpoint="")

    def _target(self) -> dict[str, str]:
        own = self.settings
        return {
            "type": "s3", "endpoint": own.s3_endpoint, "bucket": f"{own.s3_bucket}-out",
            "access_key": own.s3_access_key, "secret_key": own.s3_secret_key,
        }  # fmt: skip

    def live(self, given: CrashCase) -> int:
        """Let an actor live through the case; returns how it ended: 0, or minus its signal."""
        assert self.forker.stdin is not None
        assert self.forker.stdout is not None
        self.forker.stdin.write(given.told() + "\n")
        self.forker.stdin.flush()
        return int(self.forker.stdout.readline() or 1)

    def record(self, scenario: str) -> list[str]:
        """Return the points that a scenario passes, in order."""
        given = self.given(scenario, record=True)
        assert self.live(given) == 0, self.last_words()
        return list(json.loads(Path(given.passed).read_text(encoding="utf-8")))

    def last_words(self) -> str:
        """Return the end of what the actors said."""
        return self.said.read_text(encoding="utf-8", errors="replace")[-6000:]

    def asked(self) -> int:
        """Return how many pages were asked for since the case began."""
        pages = [path for path in self.site.paths() if path.startswith(("/shop/", "/status/"))]
        return len(pages) + len(self.engine.asked) - self._engine_asked


@contextmanager
def staged(environment: Mapping[str, str], folder: Path) -> Iterator[Stage]:
    """Set the stage; ``environment`` leads to the services."""
    given = {**environment, **SETTINGS}
    own = load(given)
    storage = S3Storage(own)
    storage.ensure()
    S3Storage(load({**given, "S3_BUCKET": f"{own.s3_bucket}-out"})).ensure()
    said = folder / "actors.log"
    with (
        SiteServer() as site,
        receiver() as hooks,
        EngineServer("google", lambda _: UNKNOWN) as engine,
        said.open("w", encoding="utf-8") as out,
    ):
        site.pause, hooks.pause = 0.03, 0.05
        given["SERP_BASE_URLS"] = f"google={engine.url}"
        forker = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.forker"],
            cwd=ROOT, env={**os.environ, **given}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out,
        )  # fmt: skip
        database = Database(own.database_url)
        try:
            yield Stage(own, database, storage, site, engine, hooks, folder, forker, said)
        finally:
            forker.communicate(timeout=10)
            database.close()
