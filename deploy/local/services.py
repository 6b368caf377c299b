"""The embedded services of one home: which are needed, and the environment that leads to them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local import objects, postgres, proc, valkey
from deploy.local.home import Home
from deploy.local.part import Part, PartError
from deploy.local.reaper import reaper
from deploy.local.running import Running

START_ORDER = ("database", "broker", "storage")
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD")
STOP_ORDER = ("storage", "broker", "database")


class Services:
    """The parts that the given environment does not name an outside server for."""

    def __init__(
        self, home: Home, outside: Mapping[str, str] | None = None, *, durable: bool = True
    ) -> None:
        self.home = home
        outside = {name: value for name, value in (outside or {}).items() if value.strip()}
        base = service_environment(home)
        self.parts: dict[str, Part] = {}
        self.environment: dict[str, str] = {}
        if not outside.get("DATABASE_URL"):
            self.parts["database"] = postgres.postgres(home, base, durable=durable)
            self.environment["DATABASE_URL"] = postgres.url(home, home.known_port("database"))
        if not outside.get("REDIS_URL"):
            self.parts["broker"] = valkey.valkey(home, base)
            self.environment["REDIS_URL"] = valkey.url(home, home.known_port("broker"))
        if not outside.get("S3_ENDPOINT"):
            self.parts["storage"] = objects.objects(home, base)
            self.environment |= objects.variables(home, home.known_port("storage"))


def process_environment(home: Home, outside: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what every process of a stack has in its environment."""
    return {**service_environment(home), **(outside or {}), **_marks(home), "PYTHONUNBUFFERED": "1"}


def service_environment(home: Home) -> dict[str, str]:
    """Return what a service needs of this program's environment: nothing that would steer it.

    ``PGDATA``, ``RCLONE_CONFIG`` and their like belong to other servers; nor are our secrets a
    service's business.
    """
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, **_marks(home)}


def _marks(home: Home) -> dict[str, str]:
    return {"GRISTMILL_HOME": str(home.path), proc.MARK: str(home.path)}


class Embedded(dict[str, str]):
    """The environment of running services, which can also be frozen and killed by name."""

    def __init__(self, home: Home, services: Services) -> None:
        super().__init__(services.environment)
        self._home, self._parts = home, services.parts
        self.running: dict[str, Running] = {}

    def start(self, name: str) -> None:
        """Start a service that is not running and wait until it answers."""
        part = self._parts[name]
        self.running[name] = Running(self._home, part)
        try:
            self.running[name].wait_ready()
        except PartError:
            failed = self.running[name]
            if not failed.failed or not part.mend(failed.said()):
                raise
            self.running[name] = Running(self._home, part)
            self.running[name].wait_ready()

    def stop(self, name: str) -> None:
        """Stop a service in good order."""
        self.running.pop(name).stop()

    def kill(self, name: str) -> None:
        """Kill a service with SIGKILL."""
        self.running.pop(name).kill()


@contextmanager
def embedded(path: str | os.PathLike[str], *, durable: bool = True) -> Iterator[Embedded]:
    """Run all embedded services in the folder ``path``; yields the environment that leads to them.

    They end with the block, and also when this program is killed in it.
    """
    home = Home(Path(path))
    with home.locked() as lock:
        proc.end(home.path)
        services = Services(home, durable=durable)
        environment = Embedded(home, services)
        with reaper(home, lock):
            try:
                for name in START_ORDER:
                    environment.start(name)
                yield environment
            finally:
                for name in STOP_ORDER:
                    if name in environment.running:
                        environment.stop(name)
