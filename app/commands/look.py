"""``gristmill show``, ``log`` and ``pages``: what became of a run, and why."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from app.commands.ids import process_id, task_id
from app.commands.lists import limit_option
from app.commands.run import LOOK_EVERY
from app.commands.service import calls
from app.commands.stack import answer
from app.commands.terminal import members, table, tell_warnings
from clients.python.gristmill_client import Client, errors
from deploy.local.progress import progress
from schemas.codes import PAGE_VERDICTS


@click.command()
@click.argument("identifier", metavar="ID")
@calls
def show(client: Client, identifier: str, *, as_json: bool) -> None:
    """Show a run, or a task, with all that is known of it."""
    found = _found(client, identifier)
    if as_json:
        answer(found, "", as_json=True)
        return
    table(("MEMBER", "VALUE"), members(found), nothing="")
    tell_warnings(found.get("warnings", []))


def _found(client: Client, identifier: str) -> dict[str, Any]:
    """Return the process with this id, else the task."""
    try:
        return client.process(process_id(client, identifier)).info()
    except (errors.NotFoundError, click.UsageError) as no_process:
        try:
            return client.task(task_id(client, identifier)).info()
        except (errors.NotFoundError, click.UsageError):
            raise no_process from None


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--follow", is_flag=True, help="Wait until the run has stopped and its log is there.")
@calls
def log(client: Client, identifier: str, *, follow: bool, as_json: bool) -> None:
    """Print a run's log, a line a page; it is written when the run stops."""
    run = client.process(process_id(client, identifier))
    run.info()
    if follow and run.status == "running":
        with progress(Console(stderr=True), pages=None) as shown:
            run.wait(on_progress=shown, slowest=LOOK_EVERY)
    text = run.log()
    if not text and not as_json:
        raise click.ClickException(f"{run.id} is {run.status} and has no log yet: --follow waits")
    answer({"process": run.id, "log": text}, text.rstrip("\n"), as_json=as_json)


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--verdict", type=click.Choice(list(PAGE_VERDICTS)), help="Only pages like this.")
@limit_option
@calls
def pages(
    client: Client, identifier: str, *, verdict: str | None, limit: int, as_json: bool
) -> None:
    """List a run's pages in document order."""
    run = client.process(process_id(client, identifier))
    found = list(run.pages(verdict=verdict, most=limit))
    if as_json:
        answer(found, "", as_json=True)
        return
    rows = (
        (p["verdict"], p["httpStatus"], p["attempts"], p["records"], p["ms"], p["url"], p["error"])
        for p in found
    )
    columns = ("VERDICT", "HTTP#", "ATTEMPTS#", "RECORDS#", "MS#", "URL", "ERROR")
    table(columns, rows, nothing="There is no such page.")
