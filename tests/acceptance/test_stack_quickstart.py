from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from deploy.local import proc
from deploy.local.ports import free_port
from tests.acceptance.client import eventually

BLOCK = re.compile(
    r"<!-- quickstart: begin .*?-->\n```sh\n(.*?)```\n<!-- quickstart: end -->", re.DOTALL
)
EXTRA = ("jq", "wget", "http ", "docker", "yq")


def quickstart(repository: Path) -> str:
    found = BLOCK.search((repository / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def test_the_quickstart_needs_only_what_a_fresh_system_has(repository: Path) -> None:
    """About ten lines, of curl, make and the shell."""
    lines = quickstart(repository)

    assert len(lines.splitlines()) <= 15
    assert not [name for name in EXTRA if re.search(rf"(?<![\w.-]){name}\b", lines)]


@pytest.mark.timeout(180)
def test_the_quickstart_of_the_readme_yields_its_table(repository: Path, tmp_path: Path) -> None:
    """Typed into a shell as they stand, the lines bring a CSV; only ports and home are replaced."""
    port, site, home = free_port(), free_port(), tmp_path / "home"
    lines = quickstart(repository).replace("8000", str(port)).replace("8090", str(site))
    lines = lines.replace("shop.csv", str(tmp_path / "shop.csv"))
    said = tmp_path / "said"
    with said.open("wb") as out:
        shell = subprocess.Popen(  # noqa: S603 - our own lines
            ["/bin/bash", "-e", "-c", lines],
            cwd=repository,
            env={**os.environ, "GRISTMILL_HOME": str(home), "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = shell.wait(150)
    finally:
        # What the lines left in the background, as a user's Ctrl-C and closed terminal would.
        os.killpg(shell.pid, signal.SIGTERM)
        eventually(lambda: not proc.members(home), 15)
    table = (tmp_path / "shop.csv").read_text(encoding="utf-8").splitlines()

    assert status == 0
    assert len(table) == 101
    assert table[0] == "Title_href,Title_text,Price_text"
    assert "\n".join(table[:3]) in said.read_text(encoding="utf-8").replace("\r", "")
