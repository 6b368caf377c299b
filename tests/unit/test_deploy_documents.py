"""What stands in documents and manifests is what the programs read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deploy.local import procfile
from workers.settings import Settings, load

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (`[A-Z][A-Z0-9_]*`(?:, `[A-Z0-9_]*`)*) \| (.*?) \|", re.MULTILINE)
MADE = {"embedded", "made in the home"}


def table() -> dict[str, str]:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.partition("### Of all programs")[2].partition("\n## ")[0]
    return {name.strip("`"): default for name, default in ROW.findall(section)}


def test_every_setting_is_in_the_table_and_no_other() -> None:
    """The table of settings and the settings are one list."""
    assert set(table()) == {name.upper() for name in Settings.__dataclass_fields__}


def test_every_setting_is_read_by_a_program() -> None:
    """One that changes nothing is worse than none: somebody will rely on it."""
    files = (file for part in ("app", "workers") for file in (ROOT / part).rglob("*.py"))
    code = "".join(file.read_text(encoding="utf-8") for file in files)

    assert [n for n in Settings.__dataclass_fields__ if not re.search(rf"\.{n}\b", code)] == []


@pytest.mark.parametrize("name", sorted(Settings.__dataclass_fields__))
def test_the_table_gives_the_default(name: str) -> None:
    """A default in the table, given as the variable, changes nothing."""
    default = table()[name.upper()]
    if default in MADE:
        return
    text = "" if default == "empty" else default.strip("`")

    assert load({name.upper(): text}) == Settings()
    assert (default == "empty") == (getattr(Settings(), name) in ("", (), {}))


def test_the_procfile_has_the_six_programs() -> None:
    """Local stack, PaaS, containers and Kubernetes all start the same six."""
    assert list(procfile.commands()) == ["release", "web", "worker", "chrome", "deliver", "clock"]


@pytest.mark.parametrize("program", ["release", "web", "worker", "chrome", "deliver", "clock"])
def test_each_program_has_its_place_in_each_manifest(program: str) -> None:
    """A program that a manifest forgets is a part of the service that does not run."""
    kubernetes = (ROOT / "deploy" / "kubernetes" / f"{program}.yaml").read_text(encoding="utf-8")
    compose = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")

    assert f"args: [{program}]" in kubernetes
    assert f"command: [{program}]" in compose


def test_the_paas_manifest_runs_all_but_release() -> None:
    """A platform runs the release step by itself, and the others as often as it is told."""
    manifest = json.loads((ROOT / "deploy" / "app.json").read_text(encoding="utf-8"))

    assert [*manifest["formation"]] == [*procfile.commands()][1:]


@pytest.mark.parametrize("target", ["setup", "demo", "up", "test", "check", "bench", "help"])
def test_the_makefile_has_every_target(target: str) -> None:
    """Scripts rely on these names, and each of them sets the project up first."""
    rules = dict(
        line.partition(":")[::2]
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if re.match(r"[a-z]+:", line)
    )

    assert target in rules
    assert target in {"setup", "help"} or rules[target].split("##")[0].split() == ["setup"]
