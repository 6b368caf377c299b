"""The deployment that the doctor looks at, and what can be found about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas import registry
from workers.db import ROOM, Database
from workers.plugins import plugin
from workers.settings import Settings
from workers.storage.base import Storage

State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found; ``message`` says what is wrong and how to mend it."""

    name: str
    state: State
    message: str


class Trouble(Exception):
    """Something is wrong; ``state`` tells whether the service can do without."""

    def __init__(self, message: str, state: State = "fault") -> None:
        super().__init__(message)
        self.state: State = state


@dataclass(frozen=True, slots=True)
class Deployment:
    """The deployment that is looked at."""

    settings: Settings
    database: Database
    storage: Storage

    @classmethod
    def of(cls, settings: Settings) -> Deployment:
        """Return the deployment that ``settings`` describe."""
        storage = plugin(registry.STORAGES, "s3")(settings)
        return cls(settings, Database(settings.database_url, room=ROOM), storage)
