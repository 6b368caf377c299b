"""``gristmill get``: the results file of a run."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.ids import process_id
from app.commands.run import STDOUT, download, out_option
from app.commands.service import Service, service_options
from app.commands.stack import answer
from schemas.registry import OUTPUTS


@click.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(list(OUTPUTS)),
    help="Format, in place of the payload's; of a run that has ended.",
)
@out_option
@service_options
def get(
    service: Service, identifier: str, *, file_format: str | None, out: Path | None, as_json: bool
) -> None:
    """Download a run's results file, a partial one too, under the name that it has there."""
    if as_json and out == STDOUT:
        raise click.UsageError("--json and --out - both want standard output")
    client = service.client()
    run = client.process(process_id(client, identifier))
    run.info()
    file = download(run, out, file_format)
    if file is None:
        raise click.ClickException(f"{run.id} is {run.status} and has no results file")
    answer(
        {"process": run.id, "file": str(file)},
        f"stored in {file}",
        as_json=as_json,
        err=out == STDOUT,
    )
