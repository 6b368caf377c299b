"""The whole service on one machine: services, release, programs; kept, and stopped in order."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path

from deploy.local import proc, procfile
from deploy.local.home import Home
from deploy.local.part import PartError
from deploy.local.ports import address, reached_at
from deploy.local.private_files import write_private
from deploy.local.services import STOP_ORDER, Services, process_environment
from deploy.local.stopped import StoppedWatch
from deploy.local.supervisor import Supervisor

LOOK_EVERY = 0.1
START_SECONDS = 90.0
STOP_PHASES = (
    ("web",),
    ("worker", "chrome", "deliver", "clock"),
    *((name,) for name in STOP_ORDER),
)

STOP_WITHIN = 8.0  # seconds for all phases together, however slow the machine is
LEAST = 0.5  # seconds of these that each phase may count on


class Stack:
    """A stack in a home that is locked for it. ``say`` takes a line for the person in front.

    The web program listens at ``listener``. It is held here, so that calls wait in line, and none
    is refused, while that program is started again.
    """

    kills_stopped = True
    """Whether stopped processes are killed; a test of what follows when nobody does says False."""

    def __init__(
        self,
        home: Home,
        listener: socket.socket,
        outside: Mapping[str, str],
        *,
        say: Callable[[str], None],
    ) -> None:
        self.home, self._listener, self._outside, self._say = home, listener, outside, say
        self.port = int(listener.getsockname()[1])
        self._host = reached_at(listener)
        self.url = address(self._host, self.port)
        self._supervisors: dict[str, Supervisor] = {}
        self._stopped = StoppedWatch(self._roots, say)

    def way_to(self, services: Mapping[str, str]) -> Mapping[str, str]:
        """Return how our programs reach the services: as they are, unless a test lies between."""
        return services

    def _roots(self) -> list[int]:
        kept = [supervisor.running for supervisor in self._supervisors.values()]
        return [running.pid for running in kept if running is not None and running.alive()]

    def start(self, stopping: threading.Event) -> bool:
        """Start everything; True when it can serve, False when ``stopping`` was set before.

        Raises ``PartError`` when something can't start.
        """
        proc.end(self.home.path)
        services = Services(self.home, self._outside)
        for part in services.parts.values():
            self._keep(Supervisor(self.home, part, self._say))
        if self.kills_stopped:
            self._stopped.start()
        if not all(
            self._wait(supervisor, stopping) for supervisor in list(self._supervisors.values())
        ):
            return False
        environment = self._environment(services.environment)
        self._release(environment)
        for part in procfile.parts(environment, self._listener):
            self._keep(Supervisor(self.home, part, self._say))
        return self._wait_serving(stopping)

    def _keep(self, supervisor: Supervisor) -> None:
        self._supervisors[supervisor.part.name] = supervisor
        supervisor.start()

    def _wait(self, supervisor: Supervisor, stopping: threading.Event) -> bool:
        end_by = time.monotonic() + supervisor.part.start_seconds
        while not supervisor.ready.wait(LOOK_EVERY):
            if stopping.is_set():
                return False
            if time.monotonic() > end_by:
                log = self.home.path / "logs" / f"{supervisor.part.name}.log"
                why = supervisor.trouble or supervisor.part.trouble() or "it does not answer"
                raise PartError(f"{supervisor.part.name} does not start: {why}; see {log}")
        return True

    def _wait_serving(self, stopping: threading.Event) -> bool:
        end_by = time.monotonic() + START_SECONDS
        while procfile.get(self._host, self.port, "/readyz") != HTTPStatus.OK:
            if stopping.wait(LOOK_EVERY):
                return False
            if time.monotonic() > end_by:
                raise PartError(f"not ready after {START_SECONDS:.0f} s; see {self.home.path}/logs")
        return True

    def _environment(self, services: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of our programs, and keep it for the command line."""
        environment = {
            "SECRET_KEY": self.home.secret("secret_key"),
            **services,
            **{name: value for name, value in self._outside.items() if value.strip()},
            "PORT": str(self.port),
            "WEB_URL": self.url,
        }
        self.home.save_environment(
            {name: environment[name] for name in (*services, "SECRET_KEY", "PORT", "WEB_URL")}
        )
        beside = str(Path(sys.prefix) / "bin")
        path = os.pathsep.join((beside, environment.get("PATH", os.defpath)))
        led = {**environment, **self.way_to(services)}
        programs = {**process_environment(self.home, led), "PATH": path}
        programs.pop("GRISTMILL_API_KEY", None)
        return programs

    def _release(self, environment: dict[str, str]) -> None:
        """Run the release step with the first account's key, and show a key that was made."""
        key = self._outside.get("GRISTMILL_API_KEY", "").strip()
        shown, made = self.home.path / "first-account", ""
        if not key and not shown.exists():
            made = key = f"gm_{secrets.token_hex(20)}"
        procfile.release(self.home, {**environment, **({"GRISTMILL_API_KEY": key} if key else {})})
        if made:
            self._say(f"API key of the first account, shown this once: {made}")
        write_private(shown, "made\n")

    def stop(self) -> None:
        """Stop everything, in the order in which nothing misses what it leans on."""
        self._stopped.stop()
        last = time.monotonic() + STOP_WITHIN
        for after, phase in zip(reversed(range(len(STOP_PHASES))), STOP_PHASES, strict=True):
            supervisors = [self._supervisors[name] for name in phase if name in self._supervisors]
            for supervisor in supervisors:
                supervisor.ask_to_stop()
            self._listener.close()  # the web program was told first: nobody is to wait in line now
            seconds = max((k.part.stop_seconds for k in supervisors), default=0)
            end_by = min(time.monotonic() + seconds, last - after * LEAST)
            for supervisor in supervisors:
                supervisor.wait_stopped(max(0.0, end_by - time.monotonic()))
        proc.end(self.home.path)
