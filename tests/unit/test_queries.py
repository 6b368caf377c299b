"""Each statement stands in the file of those who ask, and is asked."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from workers.db.queries import queries

METHODS = {"all", "one", "the", "do", "later", "many", "_ask"}
NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
DESCRIBED = re.compile(r"-- name: \w+\n-- \S")


def strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str)}


@pytest.fixture(scope="module")
def code(repository: Path) -> dict[Path, set[str]]:
    """Return the texts that stand in each file of the product."""
    files = [path for room in ("app", "workers") for path in (repository / room).rglob("*.py")]
    return {path.relative_to(repository): strings(path) for path in files}


@pytest.fixture(scope="module")
def rooms(repository: Path) -> dict[str, str]:
    """Return the room of each query: the name of its file."""
    found = {}
    for file in (repository / "workers/db/queries").iterdir():
        found |= dict.fromkeys(NAME.findall(file.read_text(encoding="utf-8")), file.stem)
    return found


def test_each_query_stands_in_the_file_of_a_room_that_asks_it(
    rooms: dict[str, str], code: dict[Path, set[str]]
) -> None:
    """So that a statement is found from its asker, and one that nobody asks is noticed."""
    askers = defaultdict(set)
    for path, texts in code.items():
        for name in texts & rooms.keys():
            askers[name] |= {*path.with_suffix("").parts}
    strangers = {name: room for name, room in rooms.items() if room not in askers[name]}

    assert strangers == {}


def test_each_query_that_is_asked_exists(repository: Path, code: dict[Path, set[str]]) -> None:
    """A name is a text, which no type checker reads."""
    asked = set()
    for path in code:
        for node in ast.walk(ast.parse((repository / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of_transaction = ast.unparse(node.func.value) in {"tx", "self._tx"}
                first = node.args[0] if node.args else None
                if of_transaction and isinstance(first, ast.Constant) and node.func.attr in METHODS:
                    asked.add(first.value)

    assert len(asked) > 100
    assert sorted(asked - queries().keys()) == []


def test_each_query_says_what_it_is_for(repository: Path) -> None:
    """A line below its name, for whoever reads the statement."""
    for file in (repository / "workers/db/queries").iterdir():
        text = file.read_text(encoding="utf-8")
        assert len(DESCRIBED.findall(text)) == len(NAME.findall(text)), file.name
