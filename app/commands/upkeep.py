"""Bringing a deployment up to date, from the command line."""

from __future__ import annotations

import os

import click

from app.commands.stack import answer, enter, json_option
from app.release import release as run_release
from workers.db import migrate as run_migrations


@click.command()
@json_option
def migrate(*, as_json: bool) -> None:
    """Bring the database to the newest shape."""
    applied = run_migrations(enter().database_url)
    text = f"applied {', '.join(applied)}" if applied else "The database is up to date."
    answer({"applied": applied}, text, as_json=as_json)


@click.command()
@json_option
def release(*, as_json: bool) -> None:
    """Make the deployment whole: tables, bucket, and the account of GRISTMILL_API_KEY."""
    run_release(enter(), os.environ.get("GRISTMILL_API_KEY", "").strip())
    answer({"released": True}, "The deployment is ready.", as_json=as_json)
