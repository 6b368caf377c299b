"""The deployment that a command acts on, and how commands take amounts and print answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import click

from app import preflight
from app.commands.terminal import clean, to_json
from deploy.local.home import Home
from schemas.moments import MILLI
from workers import celery
from workers.db import ROOM, Database
from workers.log import configure
from workers.settings import Settings, settings

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def enter() -> Settings:
    """Choose the deployment: that of DATABASE_URL, else the stack of GRISTMILL_HOME.

    The home's environment stands below what is set already. Raises ``ClickException`` when there is
    neither, or that stack is stopped; ``SettingsError`` for a setting that nothing could work with.
    """
    if not os.environ.get("DATABASE_URL", "").strip():
        home = Home.of(os.environ)
        saved = home.saved_environment()
        if not saved or home.holder() is None:
            raise click.ClickException(
                f"no stack runs in {home.path}: `gristmill up` starts it; or set GRISTMILL_HOME, or"
                " the DATABASE_URL of another"
            )
        os.environ.update(saved | {name: text for name, text in os.environ.items() if text})
        settings.cache_clear()
    chosen = settings()
    preflight.check(chosen, os.environ)
    configure(_Quiet(chosen))
    celery.lead_to(chosen.redis_url)
    return chosen


class _Quiet:
    """Log settings of the command line: what goes wrong is said by the command itself."""

    log_level = "error"

    def __init__(self, chosen: Settings) -> None:
        self.log_format = chosen.log_format


def database() -> Database:
    """Return the database of the deployment that the command acts on."""
    return Database(enter().database_url, room=ROOM)


def answer(value: object, text: str, *, as_json: bool, err: bool = False) -> None:
    """Print ``value`` as one JSON document, or ``text`` for a person (``err``: aside)."""
    click.echo(to_json(value) if as_json else clean(text), err=err)


class Credits(click.ParamType[int]):
    """An amount of credits with at most three decimals; the value is thousandths, exactly."""

    name = "credits"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return thousandths."""
        if isinstance(value, int):
            return value
        try:
            amount = Decimal(str(value)) * MILLI
        except InvalidOperation:
            self.fail(f"{value!r} is no number", param, ctx)
        if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
            self.fail(f"{value!r} must be 0 or more, with at most three decimals", param, ctx)
        return int(amount)
