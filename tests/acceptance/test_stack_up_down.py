"""The stack of this machine, started and stopped from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from deploy.local import proc
from deploy.local.home import Home
from deploy.local.ports import free_port
from tests.acceptance.conftest import SETTINGS

WITHIN = 90.0  # seconds until a stack is ready, on a machine with other work


def gristmill(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli", *words],
        env={**os.environ, "GRISTMILL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(240)
def test_a_stack_is_started_and_stopped_by_commands(tmp_path: Path) -> None:
    """What acts on a stack says when none runs, before its first start as after its end."""
    port, log = free_port(), tmp_path / "log"
    before = gristmill("account", "list", home=tmp_path)
    environ = {**os.environ, **SETTINGS, "GRISTMILL_HOME": str(tmp_path), "PORT": str(port)}
    with log.open("wb") as out:
        stack = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"], env=environ, stdout=out, stderr=out
        )
    try:
        end_by = time.monotonic() + WITHIN
        while "ready http" not in log.read_text():
            assert stack.poll() is None, log.read_text()
            assert time.monotonic() < end_by, log.read_text()
            time.sleep(0.1)
        alive = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10)
        running = Home(tmp_path).holder()
        down = gristmill("down", home=tmp_path)
        status = stack.wait(20)
    finally:
        stack.kill()
        stack.wait()
    after = gristmill("doctor", home=tmp_path)
    again = gristmill("down", home=tmp_path)

    assert (alive.status_code, running, status) == (200, stack.pid, 0)
    assert (down.returncode, down.stdout) == (0, "Stopped.\n")
    assert proc.members(tmp_path) == set()
    assert (again.returncode, "No stack runs" in again.stdout) == (0, True)
    for stopped in (before, after):
        assert stopped.returncode == 1
        assert f"no stack runs in {tmp_path}: `gristmill up` starts it" in stopped.stderr
