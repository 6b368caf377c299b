from __future__ import annotations

import re
import tomllib
from pathlib import Path

from click.testing import CliRunner

from app.cli import commands
from app.openapi import document
from app.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_package_document_and_command_bear_one_version() -> None:
    """Whoever reports a fault has one number to give."""
    answer = CliRunner().invoke(commands(), ["--version"])

    assert document(OPERATIONS)["info"]["version"] == VERSION
    assert answer.output.strip().endswith(f" {VERSION}")


def test_changelog_and_manifests_are_of_that_version() -> None:
    """The changelog's first heading, and the image of every manifest."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    manifests = (ROOT / "deploy" / "kubernetes").glob("*.yaml")
    images = [
        image
        for manifest in manifests
        for image in re.findall(r"image: gristmill:(\S+)", manifest.read_text(encoding="utf-8"))
    ]

    assert re.findall(r"^## (\S+)", changelog, re.MULTILINE)[0] == VERSION
    assert images
    assert set(images) == {VERSION}
