"""The command ``gristmill``: what an operator types, each fault told in one line."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from app.commands.terminal import clean
from app.version import VERSION
from clients.python.gristmill_client import ClientError
from deploy.local.home import HomeError
from schemas.problem import Invalid
from workers import environment
from workers.errors import GristmillError, PartUnavailable
from workers.redact import redact_text
from workers.settings import SettingsError


class _Commands(click.Group):
    """Tells an error of ours as a line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Invalid as error:
            raise click.ClickException(" ".join(f.detail for f in error.faults)) from error
        except PartUnavailable as error:
            cause = error.reason or "is it up, and the setting for it right?"
            cure = f"{cause} (`gristmill doctor` looks at every part)"
            raise click.ClickException(f"{error.message.rstrip('.')}: {cure}") from error
        except GristmillError as error:
            raise click.ClickException(error.message) from error
        except ClientError as error:
            raise click.ClickException(clean(error)) from error
        except (SettingsError, HomeError) as error:
            raise click.ClickException(str(error)) from error


def commands() -> click.Group:
    """Return all commands; raises ``SettingsError`` when the environment can't be used."""
    from app.commands.accounts import account, credit, key  # noqa: PLC0415 - reads the settings
    from app.commands.act import cancel, resume, retry, rm  # noqa: PLC0415 - as above
    from app.commands.completion import completion  # noqa: PLC0415 - as above
    from app.commands.doctor import doctor  # noqa: PLC0415 - as above
    from app.commands.get import get  # noqa: PLC0415 - as above
    from app.commands.lists import ps, tasks  # noqa: PLC0415 - as above
    from app.commands.look import log, pages, show  # noqa: PLC0415 - as above
    from app.commands.preview import preview  # noqa: PLC0415 - as above
    from app.commands.records import records  # noqa: PLC0415 - as above
    from app.commands.run import run  # noqa: PLC0415 - as above
    from app.commands.suggest import suggest  # noqa: PLC0415 - as above
    from app.commands.up import down, up  # noqa: PLC0415 - as above
    from app.commands.upkeep import migrate, release  # noqa: PLC0415 - as above

    about = "Operate a Gristmill: the deployment of DATABASE_URL, or the stack of GRISTMILL_HOME."
    group = _Commands(
        "gristmill", help=about, context_settings={"help_option_names": ["-h", "--help"]}
    )
    click.version_option(VERSION, prog_name="gristmill")(group)
    using = (
        suggest,
        preview,
        run,
        tasks,
        ps,
        show,
        log,
        pages,
        records,
        get,
        cancel,
        resume,
        retry,
        rm,
    )
    operating = (up, down, account, credit, key, doctor, migrate, release, completion)
    for command in (*using, *operating):
        group.add_command(command)
    return group


def main() -> None:
    """Run a command of the command line; the entry point of ``gristmill``."""
    dropped = environment.clear(os.environ)
    if "_GRISTMILL_COMPLETE" not in os.environ:  # a shell asks, not a person
        for remark in environment.remarks(dropped, os.environ):
            click.echo(f"warning: {remark}", err=True)
    try:
        commands().main(prog_name="gristmill")
    except Exception as error:  # noqa: BLE001 - the last resort of a program for people
        click.echo(f"Error: {_told(error)}", err=True)
        sys.exit(1)


def _told(error: Exception) -> str:
    if isinstance(error, SettingsError):
        return str(error)
    if type(error).__name__ == "UndefinedTable":
        return "the database lacks our tables: run `gristmill migrate`"
    return f"{type(error).__name__}: {redact_text(str(error)).strip()}"


if __name__ == "__main__":
    main()
