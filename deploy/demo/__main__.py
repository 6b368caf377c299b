"""``make demo``: start a stack of its own, extract the sample site, show and keep the file."""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from pathlib import Path

from rich.console import Console

from clients.python.gristmill_client import Client, ClientError
from deploy.demo import show
from deploy.demo.catalogue import PRODUCTS
from deploy.demo.payload import task
from deploy.demo.site import sample_site
from deploy.local.home import DEFAULT_HOME
from deploy.local.ports import free_port
from deploy.local.program import StackFailed, running_stack
from deploy.local.progress import progress

HOME = Path(os.environ.get("GRISTMILL_HOME", "").strip() or DEFAULT_HOME).absolute() / "demo"

PATIENCE = 600.0  # seconds for the run
LOOK_EVERY = 0.25  # seconds, at the run
LOG_WIDTH = 110  # characters of a line where there is no terminal to ask


class DemoFailed(Exception):
    """The demonstration did not come to its end; the message says where it stopped."""


def main() -> int:
    """Run the demonstration; return the exit status."""
    console = Console(width=None if sys.stdout.isatty() else LOG_WIDTH)
    began = time.monotonic()
    try:
        with sample_site() as site:
            _demonstrate(console, site)
    except (DemoFailed, StackFailed, ClientError) as error:
        console.print(f"The demonstration failed: {error}", markup=False, highlight=False)
        console.print(f"The logs are in {HOME / 'logs'}", markup=False, highlight=False)
        return 1
    console.print(f"Done in {time.monotonic() - began:.0f} s. Next: `make up`.", highlight=False)
    return 0


def _demonstrate(console: Console, site: str) -> None:
    key = secrets.token_urlsafe(24)
    outside = {
        "ALLOWED_NETWORKS": f"127.0.0.1/32:{site.rpartition(':')[2]}",
        "GRISTMILL_API_KEY": key,
    }
    console.print(f"A sample site of {PRODUCTS} products is at {site}", highlight=False)
    console.print("Starting the stack: Postgres, broker, storage, web and workers", highlight=False)
    with running_stack(HOME, free_port(), outside) as url:
        console.print(f"The API answers at {url}", highlight=False)
        run = Client(url, key).create(task(site)).run()
        with progress(console, pages=None) as show_state:
            run.wait(PATIENCE, show_state, slowest=LOOK_EVERY)
        if run.status != "finished":
            raise DemoFailed(f"the process is {run.status}: {run.data['error']}")
        downloads = HOME / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        _present(console, run.download(downloads))


def _present(console: Console, file: Path) -> None:
    records = json.loads(file.read_bytes())
    show.table(console, records)
    if len(records) != PRODUCTS or not all(record.get("Name_details") for record in records):
        raise DemoFailed(f"{len(records)} of {PRODUCTS} products came, or some lack particulars")
    console.print(f"All {len(records)} records are in {file}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
