"""Deliveries on real Postgres and S3, with a receiver, and no broker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.builders.deliveries import DeliveryWorld
from tests.builders.receivers import Receiver, receiver
from workers import accounts, celery
from workers.db import Database
from workers.settings import Settings
from workers.storage.base import Storage


@pytest.fixture
def world(
    database: Database,
    storage: Storage,
    settings: Settings,
    environment: object,  # noqa: ARG001 - credentials are sealed under its SECRET_KEY
    monkeypatch: pytest.MonkeyPatch,
) -> DeliveryWorld:
    """A world without a broker: hints are counted on nobody."""
    monkeypatch.setattr(celery, "send", lambda *_: True)
    given = replace(settings, allowed_networks=("127.0.0.1/32",), webhook_timeout=1.0)
    return DeliveryWorld(database, storage, given, accounts.create(database, "acme"))


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with receiver() as running:
        yield running
