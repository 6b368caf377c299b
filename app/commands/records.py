"""``gristmill records``: a run's records, while it runs and after."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import click

from app.commands.ids import process_id
from app.commands.service import calls
from app.commands.terminal import to_json
from clients.python.gristmill_client import Client

A_PAGE = 1000  # records of one call, at most


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--follow", is_flag=True, help="Print each as it comes, until the run stops.")
@click.option("--limit", type=click.IntRange(1), help="Records at most; all if absent.")
@calls
def records(
    client: Client, identifier: str, *, follow: bool, limit: int | None, as_json: bool
) -> None:
    """Print a run's records, one a line as JSON; as one array with --json.

    In the order of the results file; with --follow in the order in which they are ready.
    """
    run = client.process(process_id(client, identifier))
    at_once = min(limit or A_PAGE, A_PAGE)
    found = islice(run.records(follow=follow, limit=at_once), limit)
    if as_json:
        _array(found)
        return
    for record in found:
        click.echo(to_json(record))


def _array(found: Iterable[dict[str, Any]]) -> None:
    """Print one JSON document as it comes, however long it gets."""
    lead = "["
    for record in found:
        click.echo(f"{lead}{to_json(record)}", nl=False)
        lead = ",\n"
    click.echo("[]" if lead == "[" else "]")
