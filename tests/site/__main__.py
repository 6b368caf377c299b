"""Runs the test site by itself: ``python -m tests.site --port 20080 [--root FOLDER]``."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from tests.site.server import SiteServer


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.site")
    parser.add_argument("--port", type=int, default=20_080)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--root", type=Path)
    given = parser.parse_args()
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with SiteServer(given.port, host=given.host, root=given.root) as site:
        print(site.url, flush=True)  # noqa: T201 - the one thing the caller wants to know
        signal.sigwait(signals)


main()
