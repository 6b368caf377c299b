"""Services of a test's own: such as it may damage, fill, or turn into something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from deploy.local.home import Home
from deploy.local.part import PartError
from deploy.local.services import Embedded, Services
from tests.missing import needed


@contextmanager
def running(home: Home, *names: str, **options: str) -> Iterator[Embedded]:
    """Run some of the services of a home; ``options`` are the database's own."""
    with needed("the embedded services", PartError, OSError):
        services = Services(home, durable=False)
    database = services.parts["database"]
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    services.parts["database"] = replace(database, command=(*database.command, *words))
    embedded = Embedded(home, services)
    try:
        for name in names:
            embedded.start(name)
        yield embedded
    finally:
        for name in list(embedded.running):
            embedded.stop(name)
