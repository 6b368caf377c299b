"""A stack as a program of its own, for those who need one for a while: the demo and the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.procfile import ROOT
from deploy.local.up import OWNED

STOP_SECONDS = 15
START_SECONDS = 120
LOOK_EVERY = 0.05


class StackFailed(Exception):
    """A stack did not start; the message holds what it said."""


@contextmanager
def running_stack(
    home: Path,
    port: int,
    settings: Mapping[str, str],
    *,
    python: str = sys.executable,
    program: str = "deploy.local.up",
) -> Iterator[str]:
    """Run the same supervisor as ``make up`` in ``home``; yields the address of its API.

    It ends with the block. What it says goes to ``up.log`` in the home. ``settings`` are added to
    this program's environment, less what would lead to an outside database, broker or storage.
    ``program`` is the module that supervises, if it is not that of ``make up``.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = home / "up.log"
    outside = ("DATABASE_URL", "REDIS_URL", "S3_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [python, "-m", program],
            cwd=ROOT,
            env={**own, **settings, "GRISTMILL_HOME": str(home), "PORT": str(port), OWNED: "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_ready(process, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    end_by = time.monotonic() + START_SECONDS
    while time.monotonic() < end_by:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()
        ready = [line.removeprefix("ready ") for line in said if line.startswith("ready ")]
        if ready:
            return ready[0]
        if process.poll() is not None:
            raise StackFailed("the stack did not start:\n" + "\n".join(said))
        time.sleep(LOOK_EVERY)
    raise StackFailed(f"the stack is not ready after {START_SECONDS} s; see {log}")
