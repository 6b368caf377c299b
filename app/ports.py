"""What views lean on: settings, database, storage, probes; made once, connected lazily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from schemas import registry
from workers.db import Database
from workers.plugins import plugin
from workers.probes import Probes, probes
from workers.processes.advance import Prices, prices_of
from workers.settings import Settings
from workers.storage.base import Storage

_NAME = "gristmill"
PATIENCE = 3.0  # seconds that a call waits for one answer of Postgres before it ends as 503


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPorts:
    """The parts of this deployment. None connects before it is first used, so after any fork."""

    settings: Settings
    database: Database
    storage: Storage
    probes: Probes

    @property
    def countries(self) -> frozenset[str]:
        """The countries that a payload may name: those that have a proxy."""
        return frozenset(self.settings.proxies)

    @property
    def prices(self) -> Prices:
        """What pages cost here."""
        return prices_of(self.settings)

    @classmethod
    def of(cls, settings: Settings) -> WebPorts:
        """Return the real parts that ``settings`` name."""
        storage: Storage = plugin(registry.STORAGES, "s3")(settings)
        return cls(
            settings=settings,
            database=Database(
                settings.database_url, patience=PATIENCE, most=settings.web_connections
            ),
            storage=storage,
            probes=probes(settings, storage),
        )

    def install(self, extensions: dict[str, object]) -> None:
        """Make these the ports of the application that owns ``extensions``."""
        extensions[_NAME] = self


def ports_of(app: Flask) -> WebPorts:
    """Return the ports of ``app``."""
    return cast("WebPorts", app.extensions[_NAME])


def ports() -> WebPorts:
    """Return the ports of the application that serves this call."""
    return ports_of(current_app)
