"""The programs of the Procfile as parts of a local stack, and its release step."""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from deploy.local.home import Home
from deploy.local.part import Part, PartError
from deploy.local.ports import reached_at
from deploy.local.running import log_file

ROOT = Path(__file__).parents[2]
PROCFILE = Path(__file__).parents[1] / "Procfile"  # in a package a copy of the one at the root
RELEASE, WEB = "release", "web"
RELEASE_SECONDS = 120
PROBE_SECONDS = 3
STOP_SECONDS = {WEB: 1.5, "worker": 4.5, "chrome": 4.5, "deliver": 4.5, "clock": 4.5}


def commands() -> dict[str, str]:
    """Return the Procfile's commands by name, in its order."""
    return dict(parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes)


def parts(environment: Mapping[str, str], listener: socket.socket) -> list[Part]:
    """Return a part for each long-running program of the Procfile; the web's has ``listener``."""
    return [
        _web(command, environment, listener)
        if name == WEB
        else Part(
            name=name,
            command=_shell(command),
            environment=environment,
            folder=ROOT,
            stop_seconds=STOP_SECONDS.get(name, 2.0),
        )
        for name, command in commands().items()
        if name != RELEASE
    ]


def _web(command: str, environment: Mapping[str, str], listener: socket.socket) -> Part:
    host, port = reached_at(listener), int(listener.getsockname()[1])
    return Part(
        name=WEB,
        command=_shell(command),
        environment={**environment, "WEB_BIND": f"fd://{listener.fileno()}"},
        folder=ROOT,
        stop_seconds=STOP_SECONDS[WEB],
        sockets=(listener,),
        answers=lambda: get(host, port, "/healthz") == http.client.OK,
    )


def _shell(command: str) -> tuple[str, ...]:
    """Return how a PaaS runs it; ``exec``, so that signals reach the program and no shell."""
    return ("/bin/sh", "-c", f"exec {command}")


def release(home: Home, environment: Mapping[str, str]) -> None:
    """Run the release step; raises ``PartError`` with its last words when it fails."""
    log = log_file(home, RELEASE)
    with log.open("ab") as out:
        began = out.tell()
        try:
            done = subprocess.run(  # noqa: S603 - our own Procfile
                _shell(commands()[RELEASE]),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=RELEASE_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise PartError(f"release took more than {RELEASE_SECONDS} s; see {log}") from error
    if done.returncode != 0:
        said = log.read_bytes()[began:].decode(errors="replace")  # not what earlier runs said
        lines = said.splitlines()[-12:]
        raise PartError("release failed:\n" + "\n".join(lines))


def get(host: str, port: int, path: str) -> int:
    """Return the status that our web program answers, 0 when it does not."""
    connection = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
