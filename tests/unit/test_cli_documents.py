"""docs/cli.md and the commands are one list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import commands

DOCUMENT = Path(__file__).parents[2] / "docs" / "cli.md"
WITHOUT_JSON = {"up", "doctor", "release", "migrate"}
"""`up` runs until it is stopped; the others' answers are told with their own options."""


def every(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield each command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def documented() -> set[str]:
    """Return the words of each command in the document's tables."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`gristmill.*?) \|", text, re.MULTILINE)
    known = {name for name, _ in every(commands())}
    spans = [words for row in rows for words in re.findall(r"`gristmill ([a-z].*?)`", row)]
    return {next((k for k in known if f"{words} ".startswith(f"{k} ")), words) for words in spans}


def test_the_document_has_every_command_and_no_other() -> None:
    """What can be typed is written down, and what is written down can be typed."""
    assert documented() == {name for name, _ in every(commands())}


@pytest.mark.parametrize("name", sorted(name for name, _ in every(commands())))
def test_each_option_of_the_document_is_one(name: str) -> None:
    """And each command answers scripts in JSON, but those that have nothing to answer."""
    command = dict(every(commands()))[name]
    options = {opt for parameter in command.params for opt in parameter.opts}
    rows = re.findall(rf"`gristmill {name}\b(.*?)`", DOCUMENT.read_text(encoding="utf-8"))

    assert {opt for row in rows for opt in re.findall(r"--[a-z-]+", row)} <= options
    assert "--json" in options or name in WITHOUT_JSON
    assert command.help
