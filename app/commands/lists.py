"""``gristmill tasks`` and ``gristmill ps``: what there is, the newest first."""

from __future__ import annotations

import click

from app.commands.ids import short, task_id
from app.commands.service import calls
from app.commands.stack import answer
from app.commands.terminal import moment, table
from clients.python.gristmill_client import Client
from schemas.codes import STATUS_OF

limit_option = click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Entries at most."
)


@click.command()
@limit_option
@calls
def tasks(client: Client, *, limit: int, as_json: bool) -> None:
    """List the tasks, newest first."""
    found = [task.data for task in client.tasks(most=limit)]
    if as_json:
        answer(found, "", as_json=True)
        return
    rows = ((short(t["id"]), t["name"], _target(t), moment(t["createdAt"])) for t in found)
    table(("ID", "NAME", "TARGET", "CREATED"), rows, nothing="There is no task yet.")


def _target(task: dict[str, object]) -> str:
    """Return what a task is about: its start page, or its search."""
    payload = task["payload"]
    if not isinstance(payload, dict):
        return ""
    request = payload.get("request")
    url = request.get("url") if isinstance(request, dict) else None
    return str(url or payload.get("url") or payload.get("q") or "")


@click.command()
@click.option("--task", metavar="TASK", help="Only runs of this task.")
@click.option(
    "--status",
    type=click.Choice(list(dict.fromkeys(STATUS_OF.values()))),
    help="Only runs of this status.",
)
@limit_option
@calls
def ps(client: Client, *, task: str | None, status: str | None, limit: int, as_json: bool) -> None:
    """List the runs (processes), newest first."""
    chosen = task_id(client, task) if task else None
    found = [run.data for run in client.processes(task=chosen, status=status, most=limit)]
    if as_json:
        answer(found, "", as_json=True)
        return
    rows = (
        (
            short(p["id"]), short(p["taskID"]), p["state"], p["responseCount"], p["recordCount"],
            p["cost"], moment(p["createdAt"]),
        )
        for p in found
    )  # fmt: skip
    columns = ("ID", "TASK", "STATE", "PAGES#", "RECORDS#", "COST#", "CREATED")
    table(columns, rows, nothing="There is no such run.")
