"""What README and the first guide tell a reader to type does what they say it does."""

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

PART = re.compile(r"<!-- (?:quickstart|guide): begin .*?-->\n(.*?)<!-- \w+: end -->", re.DOTALL)
BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)
EXTRA = ("jq", "wget", "http ", "docker", "yq")


def blocks(document: Path, kind: str) -> str:
    """Return what a reader types (``sh``), or what then is to be seen (``text``)."""
    part = PART.search(document.read_text(encoding="utf-8"))
    assert part is not None
    return "".join(text for what, text in BLOCK.findall(part[1]) if what == kind)


def collapsed(text: str) -> list[str]:
    """Return the lines with their blanks collapsed: columns are as wide as an address is long."""
    return [" ".join(line.split()) for line in text.replace("\r", "\n").splitlines()]


class Desk:
    """A reader's shell: ports, files and home are replaced, all else is typed as it stands."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.repository, self.folder, self.home = repository, folder, folder / "home"
        self.names = {
            "8000": str(free_port()),
            "8090": str(free_port()),
            "shop.": f"{folder}/shop.",
        }

    def own(self, text: str) -> str:
        """Return a text with this desk's ports and files."""
        for name, ours in self.names.items():
            text = re.sub(rf"(?<![\w/]){re.escape(name)}", ours, text)
        return text

    def type(self, lines: str, seconds: float) -> tuple[int, str]:
        """Type lines into a shell; returns its status, and what was to be seen."""
        said = self.folder / "said"
        with said.open("wb") as out:
            shell = subprocess.Popen(  # noqa: S603 - our own lines
                ["/bin/bash", "-e", "-c", self.own(lines)],
                cwd=self.repository,
                env={**os.environ, "GRISTMILL_HOME": str(self.home), "PORT": self.names["8000"]},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            status = shell.wait(seconds)
        finally:
            # What the lines left in the background, as a user's Ctrl-C and closed terminal would.
            os.killpg(shell.pid, signal.SIGTERM)
            eventually(lambda: not proc.members(self.home), 15)
        return status, said.read_text(encoding="utf-8")


@pytest.fixture
def desk(repository: Path, tmp_path: Path) -> Desk:
    """A desk with an empty home."""
    return Desk(repository, tmp_path)


def test_the_quickstart_needs_only_what_a_fresh_system_has(repository: Path) -> None:
    """About ten lines, of curl, make and the shell."""
    lines = blocks(repository / "README.md", "sh")

    assert len(lines.splitlines()) <= 12
    assert not [name for name in EXTRA if re.search(rf"(?<![\w.-]){name}\b", lines)]


@pytest.mark.timeout(240)
def test_the_quickstart_of_the_readme_yields_its_table(desk: Desk) -> None:
    """Typed into a shell as they stand, the lines bring a CSV; only ports and home are replaced."""
    status, said = desk.type(blocks(desk.repository / "README.md", "sh"), 210)
    table = (desk.folder / "shop.csv").read_text(encoding="utf-8").splitlines()

    assert status == 0, said
    assert len(table) == 101
    assert table[0] == "Title_href,Title_text,Price_text"
    assert "\n".join(table[:3]) in said.replace("\r", "")
    assert "Price_text" in said.partition("The first 3 of 20 records")[0]


@pytest.mark.timeout(300)
def test_the_first_guide_prints_what_it_shows(desk: Desk) -> None:
    """Each command as it stands, mistakes included, and each line that the guide then shows."""
    guide = desk.repository / "docs" / "first-column.md"
    status, said = desk.type(blocks(guide, "sh"), 270)
    seen = iter(collapsed(said))
    missing = [line for line in collapsed(desk.own(blocks(guide, "text"))) if line not in seen]

    assert status == 0, said
    assert missing == []
