"""The stack of a storm: its programs reach Postgres, Redis and S3 through the storm's relays.

Run as a program it supervises like ``make up``, but kills nobody for being stopped: a frozen worker
stays frozen for as long as the storm wants, so that its lease has to run out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local import stack, up
from deploy.local.home import Home
from deploy.local.ports import free_port
from deploy.local.program import running_stack
from tests.acceptance.client import RunningStack
from tests.storm.tcp_relay import TcpRelay, TcpRelays

DETOURS = "STORM_DETOURS"
SERVICES = {"database": "DATABASE_URL", "broker": "REDIS_URL", "storage": "S3_ENDPOINT"}
API_KEY = "the-key-of-the-storm"
SETTINGS = {
    "GRISTMILL_API_KEY": API_KEY,
    "GRISTMILL_WORKERS": "2",
    "GRISTMILL_CHROME_WORKERS": "1",
    "ALLOWED_NETWORKS": "127.0.0.0/8",
    "WEBHOOK_RETRY_SCHEDULE": "1,1,2,2,5,5,10,10,30,30",
    "WEBHOOK_TIMEOUT": "5",
    "WEBHOOK_INLINE_LIMIT": "20000",
    "RATE_LIMIT": "100000/second",
    "HOST_CONCURRENCY": "64",
    "FETCH_BACKOFF": "0.2",
}


class Detoured(stack.Stack):
    """A stack whose programs are led through the ports that ``STORM_DETOURS`` names."""

    kills_stopped = False

    def way_to(self, services: Mapping[str, str]) -> Mapping[str, str]:
        """Return the services' addresses with the relays' ports; users' links go straight."""
        return led(services, json.loads(os.environ[DETOURS]))


def led(services: Mapping[str, str], ports: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return the environment that leads through relays: ``ports`` are (target, relay)."""
    through = {
        SERVICES[name]: services[SERVICES[name]].replace(f":{target}", f":{port}")
        for name, (target, port) in ports.items()
    }
    return {**services, **through}


def ports_of(relays: TcpRelays) -> dict[str, tuple[int, int]]:
    """Return what ``led`` wants to know of them."""
    return {name: (relay.target, relay.port) for name, relay in relays.items()}


@contextmanager
def relayed_stack(
    folder: Path, settings: Mapping[str, str]
) -> Iterator[tuple[RunningStack, TcpRelays]]:
    """Run such a stack in ``folder``; yields it with the relays to its services, by name."""
    home = Home(folder)
    home.open()
    with ExitStack() as open_ones:
        relays = {name: open_ones.enter_context(TcpRelay(home.port(name))) for name in SERVICES}
        given = {**SETTINGS, **settings, DETOURS: json.dumps(ports_of(relays))}
        running = running_stack(folder, free_port(), given, program="tests.storm.stack")
        yield RunningStack(open_ones.enter_context(running), folder, API_KEY), relays


if __name__ == "__main__":
    sys.exit(up.main(os.environ, Detoured))
