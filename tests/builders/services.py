"""Services of a test's own: such as it may damage, fill, or turn into something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.home import Home
from deploy.local.part import PartError
from deploy.local.services import Embedded, Services
from tests.missing import needed


@contextmanager
def running(home: Home, *names: str) -> Iterator[Embedded]:
    """Run some of the services of a home."""
    with needed("the embedded services", PartError, OSError):
        embedded = Embedded(home, Services(home, durable=False))
    try:
        for name in names:
            embedded.start(name)
        yield embedded
    finally:
        for name in list(embedded.running):
            embedded.stop(name)
