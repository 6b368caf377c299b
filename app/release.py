"""What a deployment does once before its programs start: tables, bucket, first account."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from app import preflight
from schemas import registry
from workers.accounts import ensure_first_account
from workers.db import ROOM, Database, migrate
from workers.errors import GristmillError, PartUnavailable
from workers.log import get_logger
from workers.plugins import plugin
from workers.program import begin
from workers.settings import Settings, SettingsError
from workers.storage.base import Storage

TRIES, PAUSE = 10, 2.0  # a platform may start its parts in any order; seconds between tries

log = get_logger()
T = TypeVar("T")


def release(settings: Settings, api_key: str) -> None:
    """Make the deployment whole; safe to repeat, also while programs of the last version run."""
    applied = _patiently(lambda: migrate(settings.database_url))
    log.info("migrated", applied=applied)
    storage: Storage = plugin(registry.STORAGES, "s3")(settings)
    _patiently(storage.ensure)
    if api_key:
        database = Database(settings.database_url, room=ROOM)
        added = ensure_first_account(database, api_key)
        log.info("first_account", added=added)
        database.close()
    log.info("released")


def _patiently(step: Callable[[], T]) -> T:
    """Take a step, and again for a while as long as its part does not answer."""
    for _ in range(TRIES - 1):
        try:
            return step()
        except PartUnavailable as error:
            log.warning("release_waits", error=error.message, reason=error.reason)
            time.sleep(PAUSE)
    return step()


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", "")
    return f"{error} {reason}".strip()


def main() -> int:
    """Release from the environment; return the exit status."""
    settings = begin()
    try:
        preflight.check(settings, os.environ)
        # Not a setting: the key is needed here alone, and no program should carry it about.
        release(settings, os.environ.get("GRISTMILL_API_KEY", "").strip())
    except (GristmillError, SettingsError) as error:
        sys.stderr.write(f"release failed: {_words(error)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
