"""The command line at a real terminal: what a person sees there, and what Ctrl-C asks."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.client import ApiClient, RunningStack
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(30, 2)


@dataclass
class OwnTerminal:
    """A command at a terminal of its own."""

    process: subprocess.Popen[bytes]
    master: int
    seen: str = ""

    def until(self, pattern: str, seconds: float = 60) -> str:
        """Read until the pattern was printed; returns all that was."""
        end_by = time.monotonic() + seconds
        while not re.search(pattern, self.seen):
            assert time.monotonic() < end_by, self.seen
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.master, 65_536).decode(errors="replace")
                except OSError:  # the command has ended
                    assert re.search(pattern, self.seen), self.seen
        return self.seen

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self.master, text.encode())


@contextmanager
def at_terminal(stack: RunningStack, folder: Path, *words: str) -> Iterator[OwnTerminal]:
    """Start a command at a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli", *words],
        env={**os.environ, "GRISTMILL_HOME": str(stack.home), "TERM": "xterm", "COLUMNS": "120",
             "PYTHONPATH": str(Path.cwd())},
        cwd=folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    try:
        yield OwnTerminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


@pytest.fixture
def payload(tmp_path: Path, site: SiteServer) -> str:
    """A payload of thirty listing pages, at a pace at which a person can think."""
    payload: dict[str, object] = truth.payload(SHOP, site.url, details=False)
    payload["request"] = {"url": site.url + truth.page_path(SHOP, 1), "delay": 0.5}
    (tmp_path / "payload.json").write_text(json.dumps(payload), encoding="utf-8")
    return "payload.json"


def test_a_bar_shows_how_many_pages_there_are_and_c_cancels(
    stack: RunningStack, payload: str, tmp_path: Path
) -> None:
    """What came by then is downloaded, and the exit status says that the run did not finish."""
    with at_terminal(stack, tmp_path, "run", payload, "--out", "shop.jsonl") as terminal:
        terminal.until(r"of at most 30 pages +[1-9]")
        terminal.process.send_signal(signal.SIGINT)
        terminal.until("c cancels it")
        terminal.type("c\n")
        terminal.until(r"canceled: \d+ records")
        status = terminal.process.wait(20)
    lines = (tmp_path / "shop.jsonl").read_text(encoding="utf-8").splitlines()

    assert status == 1
    assert "━" in terminal.seen
    assert 0 < len(lines) < 60


def test_enter_lets_the_run_go_on_and_the_command_leaves(
    stack: RunningStack, api: ApiClient, payload: str, tmp_path: Path
) -> None:
    """Its id is printed, for `gristmill show` and its like."""
    with at_terminal(stack, tmp_path, "run", payload) as terminal:
        terminal.until("of at most 30 pages")
        terminal.process.send_signal(signal.SIGINT)
        terminal.until("c cancels it")
        terminal.type("\n")
        found = re.search(r"process (\w{27}) goes on", terminal.until("goes on;"))
        status = terminal.process.wait(20)
    assert found
    process = api.get(f"/process/{found[1]}/info")
    with at_terminal(stack, tmp_path, "cancel", found[1][:12]) as cancelling:
        cancelling.until("is canceled")

    assert status == 130
    assert process["status"] == "running"


def test_tables_fit_the_terminal_and_deleting_asks(
    stack: RunningStack, api: ApiClient, payload: str, tmp_path: Path
) -> None:
    """Only a yes deletes."""
    task = api.post("/task/create", json=json.loads((tmp_path / payload).read_text()))["id"]
    with at_terminal(stack, tmp_path, "tasks", "--limit", "3") as listing:
        listing.until(task[:12])
        listing.process.wait(20)
    with at_terminal(stack, tmp_path, "rm", task) as deleting:
        deleting.until("Delete task")
        deleting.type("n\n")
        status = deleting.process.wait(20)

    lines = re.sub(r"\x1b\[[\d;]*m", "", listing.seen).splitlines()

    assert max(len(line.rstrip()) for line in lines) <= 120
    assert status == 1
    assert api.get(f"/task/{task}/info")["id"] == task
