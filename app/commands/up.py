"""Starting and stopping the stack of this machine, from the command line."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

import click

from app.commands.stack import answer, json_option
from deploy.local.home import Home
from deploy.local.up import supervise

STOP_SECONDS = 15.0  # a stack ends within ten
LOOK_EVERY = 0.1  # seconds


@click.command()
def up() -> None:
    """Run everything on this machine until Ctrl-C, as `make up` does (PORT, GRISTMILL_HOME)."""
    sys.exit(supervise(os.environ))


@click.command()
@json_option
def down(*, as_json: bool) -> None:
    """Stop the stack of GRISTMILL_HOME, and wait until it has ended."""
    home = Home.of(os.environ)
    process = home.holder()
    if process is None:
        answer({"stopped": False}, f"No stack runs in {home.path}.", as_json=as_json)
        return
    if process:
        with suppress(ProcessLookupError):  # it ends just now
            os.kill(process, signal.SIGTERM)
    end_by = time.monotonic() + STOP_SECONDS
    while home.holder() is not None:
        if time.monotonic() > end_by:
            raise click.ClickException(f"the stack in {home.path} does not end: process {process}")
        time.sleep(LOOK_EVERY)
    answer({"stopped": True}, "Stopped.", as_json=as_json)
