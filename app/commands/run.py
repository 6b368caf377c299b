"""``gristmill run``: from a payload in a file to results in a file, with progress on the way."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import click
from rich.console import Console

from app.commands.api import Api
from app.commands.stack import answer, enter, json_option
from deploy.local.progress import show_progress
from workers import accounts
from workers.db import ROOM, Database
from workers.settings import program_settings

STDOUT = Path("-")  # as a file name: to standard output
INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it


def _writable(_: click.Context, __: click.Parameter, out: Path | None) -> Path | None:
    """Look before anything runs: a file that can't be stored afterwards was charged in vain."""
    if out is None or out == STDOUT:
        return out
    if not (out.parent.is_dir() and os.access(out.parent, os.W_OK)):
        raise click.BadParameter(f"{out.parent} is no folder that can be written to")
    return out


@click.command()
@click.argument("payload", type=click.File("r", encoding="utf-8"))
@click.option("--format", "file_format", metavar="F", help="Format, in place of the payload's.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_writable,
    help="Where to store the results (`-`: standard output).",
)
@click.option("--url", help="Address of a service; default: the stack of GRISTMILL_HOME.")
@click.option("--api-key", envvar="GRISTMILL_API_KEY", help="Key at that service.")
@json_option
def run(  # noqa: PLR0917 - click passes them by name
    payload: TextIO,
    file_format: str | None,
    out: Path | None,
    url: str | None,
    api_key: str | None,
    as_json: bool,  # noqa: FBT001 - as above
) -> None:
    """Create a task of PAYLOAD.json (`-`: standard input), run it, and download its results."""
    if as_json and out == STDOUT:
        raise click.UsageError("--json and --out - both want standard output")
    task = _task(payload, file_format)
    with _service(url, api_key) as api:
        process = _watched(api, api.start(task))
        file = _download(api, process, out)
    shown = {"process": process, "file": None if file is None else str(file)}
    answer(shown, _summary(process, file), as_json=as_json, err=out == STDOUT)
    if process["status"] != "finished":
        sys.exit(1)


def _task(payload: TextIO, file_format: str | None) -> dict[str, Any]:
    try:
        task = json.load(payload)
    except ValueError as error:
        raise click.ClickException(f"{payload.name} is no JSON: {error}") from error
    if not isinstance(task, dict):
        raise click.ClickException(f"{payload.name} holds no JSON object")
    if "payload" not in task:
        task = {"payload": task}
    if file_format and isinstance(task["payload"], dict):
        task["payload"]["format"] = file_format
    return task


@contextmanager
def _service(url: str | None, api_key: str | None) -> Iterator[Api]:
    """Return the service; at the stack of this machine a key is made for the one run."""
    if url and not api_key:
        raise click.UsageError("--url needs --api-key")
    if not url:
        settings = enter()
        url = os.environ.get("WEB_URL", "").strip() or f"http://127.0.0.1:{program_settings().port}"
    if api_key:
        yield Api(url, api_key)
        return
    database = Database(settings.database_url, room=ROOM)
    key = accounts.create_key(database, accounts.FIRST_ACCOUNT)
    try:
        yield Api(url, key.api_key)
    finally:
        accounts.revoke_key(database, key.prefix)
        database.close()


def _watched(api: Api, process: dict[str, Any]) -> dict[str, Any]:
    """Show progress on standard error until the process stops; Ctrl-C leaves it running."""
    try:
        return show_progress(Console(stderr=True), api.watch(process))
    except KeyboardInterrupt:
        click.echo(f"process {process['id']} goes on; this command does not", err=True)
        sys.exit(INTERRUPTED)


def _download(api: Api, process: dict[str, Any], out: Path | None) -> Path | None:
    """Download what there is, a partial file too."""
    name = process["results"]
    if not name:
        return None
    if out == STDOUT:
        return _poured(api, name)
    file = out or Path(name.replace(":", "-"))
    api.download(name, file)
    return file


def _poured(api: Api, name: str) -> Path:
    """Copy the file to standard output once all of it is here: whole, or not at all."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "results")
        api.download(name, file)
        with file.open("rb") as whole:
            shutil.copyfileobj(whole, sys.stdout.buffer)
    return STDOUT


def _summary(process: dict[str, Any], file: Path | None) -> str:
    words = [f"{process['status']}: {process['recordCount']} records, cost {process['cost']}"]
    if process["error"]:
        words.append(f"{process['error']['code']}: {process['error']['message']}")
    if process["status"] == "pending":
        words.append(f"{process['missingCredits']} more credits are needed to go on")
    if file != STDOUT:
        words.append(f"stored in {file}" if file else "there is no results file")
    return "\n".join(words)
