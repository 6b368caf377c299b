"""``gristmill run``: from a payload or a task to results in a file, with progress on the way."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console

from app.commands.payloads import ID_MEMBER, known_pages, read_input, wants_records
from app.commands.service import Service, service_options
from app.commands.stack import answer
from app.commands.terminal import clean, remark, tell_warnings
from clients.python.gristmill_client import Run
from deploy.local.progress import progress

STDOUT = Path("-")  # as a file name: to standard output
NOT_FINISHED, NO_RECORD, INTERRUPTED = 1, 4, 130  # exit statuses; the last as shells have it
LOOK_EVERY = 1.0  # seconds between two looks at a run, at most


def writable(_: click.Context, __: click.Parameter, out: Path | None) -> Path | None:
    """Look before anything runs: a file that can't be stored afterwards was charged in vain."""
    if out is None or out == STDOUT:
        return out
    if not (out.parent.is_dir() and os.access(out.parent, os.W_OK)):
        raise click.BadParameter(f"{out.parent} is no folder that can be written to")
    return out


out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=writable,
    help="Where to store the results (`-`: standard output).",
)


@click.command()
@click.argument("what", metavar="FILE|TASK")
@click.option("--format", "file_format", metavar="F", help="Format, in place of the payload's.")
@out_option
@click.option("--detach", is_flag=True, help="Start the run, print its id, and leave it.")
@click.option("--allow-empty", is_flag=True, help="End with 0 where no record came, too.")
@service_options
def run(
    service: Service,
    what: str,
    *,
    file_format: str | None,
    out: Path | None,
    detach: bool,
    allow_empty: bool,
    as_json: bool,
) -> None:
    """Run the payload in FILE (`-`: standard input), or a stored TASK, and download its results.

    Ends with 1 if the run did not finish, and with 4 if it gave no record.
    """
    if as_json and out == STDOUT:
        raise click.UsageError("--json and --out - both want standard output")
    started, payload = _start(service, what, file_format)
    if detach:
        answer({"process": started.data, "file": None}, started.id, as_json=as_json)
        return
    empty_is_well = allow_empty or not wants_records(payload)
    sys.exit(follow(started, payload, out, as_json=as_json, empty_is_well=empty_is_well))


def follow(
    started: Run,
    payload: Any,  # noqa: ANN401 - JSON
    out: Path | None,
    *,
    as_json: bool,
    empty_is_well: bool,
) -> int:
    """Show a run till it stops, download its results, tell of both; returns the exit status."""
    _watch(started, known_pages(payload))
    file = download(started, out)
    shown = {"process": started.data, "file": None if file is None else str(file)}
    answer(shown, _summary(started.data, file), as_json=as_json, err=out == STDOUT)
    tell_warnings(started.data.get("warnings", []))
    return _status(started.data, empty_is_well=empty_is_well)


def _start(service: Service, what: str, file_format: str | None) -> tuple[Run, Any]:
    """Start a run; returns it with its payload."""
    draft, client = read_input(service, what)
    if ID_MEMBER in draft and file_format:
        raise click.UsageError("--format is for a payload in a file: a stored task has its own")
    if ID_MEMBER in draft:
        task = client.task(draft[ID_MEMBER])
        task.info()
    else:
        payload = draft.get("payload", draft)
        if file_format and isinstance(payload, dict):
            payload["format"] = file_format
        task = client.create(draft)
    return task.run(), task.data["payload"]


def _watch(started: Run, pages: int | None) -> None:
    """Show progress on standard error until the run stops; Ctrl-C asks what is to become of it."""
    console = Console(stderr=True)
    try:
        with progress(console, pages=pages) as show:
            started.wait(on_progress=show, slowest=LOOK_EVERY)
    except KeyboardInterrupt:
        if not _wants_cancel():
            remark(f"process {started.id} goes on; this command does not")
            sys.exit(INTERRUPTED)
        started.cancel()
        started.wait(slowest=LOOK_EVERY)


def _wants_cancel() -> bool:
    """Ask the person in front; where there is none, the run goes on."""
    if not sys.stdin.isatty():
        return False
    click.echo(
        "\nEnter lets the run go on without this command, c cancels it: ", err=True, nl=False
    )
    try:
        return sys.stdin.readline().strip().lower() == "c"
    except KeyboardInterrupt:
        return False


def download(done: Run, out: Path | None, file_format: str | None = None) -> Path | None:
    """Download what there is, a partial file too; None where there is nothing."""
    if not done.data["results"]:
        return None
    if out == STDOUT:
        return _pour(done, file_format)
    return done.download(out, file_format=file_format)


def _pour(done: Run, file_format: str | None) -> Path:
    """Copy the file to standard output once all of it is here: whole, or not at all."""
    with TemporaryDirectory() as folder:
        file = done.download(folder, file_format=file_format)
        if sys.stdout.isatty():
            click.echo(clean(file.read_text(encoding="utf-8", errors="replace")))
            return STDOUT
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


def _status(process: dict[str, Any], *, empty_is_well: bool) -> int:
    if process["status"] != "finished":
        return NOT_FINISHED
    return 0 if process["recordCount"] or empty_is_well else NO_RECORD
