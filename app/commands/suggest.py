"""``gristmill suggest``: from an address to a payload, and on to its results."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from app.commands.run import follow, out_option
from app.commands.service import Service, service_options
from app.commands.stack import answer
from app.commands.terminal import clean, remark, table, to_json

NOTHING: Final = 4  # exit status where no payload was found
SHOWN: Final = 5  # records of the table
WIDEST: Final = 8  # columns of the table
_FORMATS: Final = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".xlsx": "xlsx",
    ".xml": "xml",
}
_WHY: Final = {
    "flat_list": "its records have no elements of their own",
    "needs_chrome": "scripts make its content, and no browser was there to run them",
    "not_found": "the wanted values are in no record",
    "blocked": "the site answered with a block notice, or asks for a login",
    "robots": "the site's robots.txt forbids it",
}


@click.command()
@click.argument("page", metavar="URL")
@click.option("--want", multiple=True, metavar="VALUE", help="A value that a record must hold.")
@click.option("--take", type=click.IntRange(1, 5), default=1, help="Which suggestion; the best.")
@click.option("--run", "runs", is_flag=True, help="Run it, and download the results.")
@click.option("--chrome", is_flag=True, help="Fetch the page with a browser.")
@click.option(
    "--html",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A saved page: nothing is fetched, nothing is charged.",
)
@out_option
@service_options
def suggest(
    service: Service,
    page: str,
    *,
    want: Sequence[str],
    take: int,
    runs: bool,
    chrome: bool,
    html: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Suggest payloads for the page at URL, and show the first records.

    With --out FILE the payload is written there; with --run it is run, and FILE holds the results.
    Ends with 4 where no payload was found.
    """
    client = service.client()
    wishes: dict[str, Any] = {"want": list(want), "format": _format(out) if runs else "csv"}
    wishes |= {"type": "chrome"} if chrome else {}
    wishes |= {"html": html.read_text("utf-8", "replace")} if html is not None else {}
    found = client.suggest(page, **wishes)
    chosen = found["candidates"][take - 1 : take]
    if not (as_json and runs) or not found["candidates"]:
        _tell(found, take, as_json=as_json)
    if not chosen:
        if found["candidates"]:
            remark(f"There is no suggestion {take}: the last is {len(found['candidates'])}.")
        sys.exit(NOTHING)
    payload = chosen[0]["payload"]
    if runs:
        started = client.create(payload).run()
        sys.exit(follow(started, payload, out, as_json=as_json, empty_is_well=False))
    _write(payload, out)


def _format(out: Path | None) -> str:
    return _FORMATS.get(out.suffix.lower(), "csv") if out is not None else "csv"


def _tell(found: Mapping[str, Any], take: int, *, as_json: bool) -> None:
    if as_json:
        answer(found, "", as_json=True)
        return
    if not found["candidates"]:
        why = _WHY.get(found["reason"], "it lists nothing")
        remark(f"No payload was found for {found['url']}: {why}.")
    for number, one in enumerate(found["candidates"], 1):
        mark = "*" if number == take else " "
        blocks = one["payload"].get("commonParent", "the page")
        told = f"{mark} {number}. {one['recordCount']} records of {blocks} ({one['confidence']})"
        click.echo(clean(told))
    for one in found["candidates"][take - 1 : take]:
        click.echo()
        _records(one)


def _records(candidate: Mapping[str, Any]) -> None:
    rows = candidate["records"][:SHOWN]
    columns = list(dict.fromkeys(key for row in rows for key in row))[:WIDEST]
    cells = [[_cell(row.get(key)) for key in columns] for row in rows]
    table(columns, cells, nothing="No record.")


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else to_json(value)
    return " ".join(text.split())[:60]


def _write(payload: Mapping[str, Any], out: Path | None) -> None:
    """Write the payload to the file, or ask whether to, where a person is in front."""
    if out is None and sys.stdin.isatty() and sys.stdout.isatty():
        name = click.prompt("\nWrite the payload to", default="payload.json", err=True)
        out = Path(name)
    if out is not None:
        out.write_text(json.dumps(payload, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        remark(f"{out}: gristmill run {out}")
