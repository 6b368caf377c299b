"""``gristmill preview``: one page as a payload sees it, before a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from app.commands.payloads import read_input
from app.commands.service import Service, service_options
from app.commands.stack import answer
from app.commands.terminal import clean, table, tell_warnings, to_json

NO_RECORD = 1  # exit status
LONGEST_SAMPLE = 60  # characters

ROWS = tuple[object, ...]


@click.command()
@click.argument("what", metavar="FILE|TASK")
@click.option("--page", metavar="URL", help="Another page of the same kind.")
@click.option(
    "--html",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A saved page: nothing is fetched, nothing is charged.",
)
@click.option("--records", type=click.IntRange(0, 100), help="Records to show; 3 if absent.")
@click.option("--details", type=click.IntRange(0, 3), help="Details pages to follow; 1 if absent.")
@service_options
def preview(
    service: Service,
    what: str,
    *,
    page: str | None,
    html: Path | None,
    records: int | None,
    details: int | None,
    as_json: bool,
) -> None:
    """Look at one page with the payload in FILE (`-`: standard input), or with a stored TASK.

    Shows what each field matched, the first records, and what is odd. Ends with 1 without a record.
    """
    body, client = read_input(service, what)
    wishes = {"url": page, "records": 3 if records is None else records, "details": details}
    if html is not None:
        wishes["html"] = html.read_text(encoding="utf-8", errors="replace")
    given = {name: value for name, value in wishes.items() if value is not None}
    found = client.preview(body, **given)
    if as_json:
        answer(found, "", as_json=True)
    else:
        _show(found)
    sys.exit(0 if found["recordCount"] else NO_RECORD)


def _show(found: dict[str, Any]) -> None:
    page = found["page"]
    status = "" if page["httpStatus"] is None else f", {page['httpStatus']}"
    click.echo(clean(f"{page['url']}: {page['verdict']}{status}, {found['recordCount']} records"))
    for collection in found["collections"]:
        _show_collection(collection)
    if found["records"]:
        click.echo(f"\nThe first {len(found['records'])} of {found['recordCount']} records:")
    for record in found["records"]:
        click.echo(to_json(record))
    estimate = found["estimate"]
    if estimate:
        requests, price = estimate["requests"]["likely"], estimate["credits"]["likely"]
        told = f"\nA run: about {requests} requests, {price:g} credits ({estimate['assumes']})"
        click.echo(clean(told))
    tell_warnings(found["warnings"])


def _show_collection(collection: dict[str, Any]) -> None:
    click.echo(clean(f"\n{collection['name']}: {collection['blocks']} blocks"))
    columns = ("KEY", "MATCHES#", "IN BLOCKS#", "FILLED#", "DISTINCT#", "SAMPLE")
    table(columns, _rows(collection), nothing="There is no field.")
    following = collection["next"]
    if following:
        click.echo(clean(f"next page: {following['url'] or 'none'}"))
    for links in collection["details"]:
        click.echo(clean(f"details of {links['field']}: {links['distinct']} pages"))


def _rows(collection: dict[str, Any]) -> Iterator[ROWS]:
    for field in collection["fields"]:
        counts = field["matches"], field["inBlocks"]
        for key in field["keys"] or [{"key": field["name"]}]:
            sample = str((key.get("samples") or [""])[0])[:LONGEST_SAMPLE]
            yield (key["key"], *counts, key.get("filled", 0), key.get("distinct", 0), sample)
