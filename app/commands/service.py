"""The service that a command talks to: that of ``--url``, else the stack of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from app.commands.stack import enter, json_option
from clients.python.gristmill_client import Client
from deploy.local.home import Home
from workers import accounts
from workers.db import ROOM, Database
from workers.settings import Settings, program_settings

PATIENCE = 60.0  # seconds for which a service that is away is asked again


@dataclass(frozen=True, slots=True)
class Service:
    """The service that a command's options name; it is looked for when its client is wanted."""

    url: str | None
    api_key: str | None

    def client(self) -> Client:
        """Return a client, which is closed with the command."""
        return click.get_current_context().with_resource(_client(self.url, self.api_key))


def service_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which service, as its first argument."""

    @click.option(
        "--url",
        envvar="GRISTMILL_URL",
        help="Address of a service (GRISTMILL_URL); default: the stack of GRISTMILL_HOME.",
    )
    @click.option("--api-key", envvar="GRISTMILL_API_KEY", help="Key at it (GRISTMILL_API_KEY).")
    @json_option
    @wraps(command)
    def with_service(*words: Any, url: str | None, api_key: str | None, **more: Any) -> None:  # noqa: ANN401 - click's
        command(Service(url, api_key), *words, **more)

    return with_service


def calls(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the same options, and a client of that service as its first argument."""

    @service_options
    @wraps(command)
    def with_client(service: Service, *words: Any, **more: Any) -> None:  # noqa: ANN401 - click's
        command(service.client(), *words, **more)

    return with_client


@contextmanager
def _client(url: str | None, api_key: str | None) -> Iterator[Client]:
    """Yield a client; at the stack of this machine with a key of the command line's own."""
    if url and not api_key:
        raise click.UsageError("--url needs --api-key (or GRISTMILL_API_KEY)")
    if url and api_key:
        with Client(url, api_key, patience=PATIENCE) as client:
            yield client
        return
    settings = enter()
    here = os.environ.get("WEB_URL", "").strip() or f"http://127.0.0.1:{program_settings().port}"
    with _key(settings, api_key) as key, Client(here, key, patience=PATIENCE) as client:
        yield client


@contextmanager
def _key(settings: Settings, api_key: str | None) -> Iterator[str]:
    """Yield a key of the first account: the home's own; without a home one for this call alone."""
    if api_key:
        yield api_key
        return
    database = Database(settings.database_url, room=ROOM)
    try:
        home = Home.of(os.environ)
        if home.saved_environment().get("DATABASE_URL") == settings.database_url:
            key = home.secret("command_line")
            accounts.ensure_first_account(database, key)
            yield key
            return
        made = accounts.create_key(database, accounts.FIRST_ACCOUNT)
        try:
            yield made.api_key
        finally:
            accounts.revoke_key(database, made.prefix)
    finally:
        database.close()
