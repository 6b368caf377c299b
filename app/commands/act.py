"""``gristmill cancel``, ``resume``, ``retry`` and ``rm``: what changes a run or a task."""

from __future__ import annotations

import sys

import click

from app.commands.ids import process_id, task_id
from app.commands.service import calls
from app.commands.stack import answer
from clients.python.gristmill_client import Client, Run
from schemas.codes import RETRIABLE


@click.command()
@click.argument("identifier", metavar="ID")
@calls
def cancel(client: Client, identifier: str, *, as_json: bool) -> None:
    """Stop a run; what it has so far stays."""
    run = client.process(process_id(client, identifier))
    run.cancel()
    _tell(run, as_json=as_json)


@click.command()
@click.argument("identifier", metavar="ID")
@calls
def resume(client: Client, identifier: str, *, as_json: bool) -> None:
    """Let a stopped run go on from where it stopped."""
    run = client.process(process_id(client, identifier))
    run.resume()
    _tell(run, as_json=as_json)


@click.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=click.Choice(RETRIABLE),
    help="Which pages, may be repeated; those that failed if absent.",
)
@calls
def retry(client: Client, identifier: str, *, verdicts: tuple[str, ...], as_json: bool) -> None:
    """Try pages of an ended run again."""
    run = client.process(process_id(client, identifier))
    run.retry(*verdicts)
    _tell(run, as_json=as_json)


@click.command()
@click.argument("identifier", metavar="TASK")
@click.option("--yes", is_flag=True, help="Don't ask.")
@calls
def rm(client: Client, identifier: str, *, yes: bool, as_json: bool) -> None:
    """Delete a task with its runs, results and logs; asks first where a person is in front."""
    task = client.task(task_id(client, identifier))
    if sys.stdin.isatty() and not yes:
        click.confirm(f"Delete task {task.id} with all its runs and results?", abort=True, err=True)
    task.delete()
    answer({"task": task.id, "deleted": True}, f"{task.id} is deleted", as_json=as_json)


def _tell(run: Run, *, as_json: bool) -> None:
    answer(run.data, f"{run.id} is {run.status}", as_json=as_json)
