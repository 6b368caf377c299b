"""Each statement stands in the file of those who ask, and is asked."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from workers.db.queries import queries

METHODS = {"do", "later", "many"}
CONSTANTS = Path("workers/db/named.py")
NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
DESCRIBED = re.compile(r"-- name: \w+\n-- \S")


def words(path: Path) -> set[str]:
    """Return the texts in a file, and what its constants would be as names of queries."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    names = {node.id.lower() for node in nodes if isinstance(node, ast.Name) and node.id.isupper()}
    return {text for text in texts if isinstance(text, str)} | names


@pytest.fixture(scope="module")
def code(repository: Path) -> dict[Path, set[str]]:
    """Return the texts and constants that stand in each file of those who ask."""
    files = [path for room in ("app", "workers") for path in (repository / room).rglob("*.py")]
    found = {path.relative_to(repository): words(path) for path in files}
    return {path: texts for path, texts in found.items() if path != CONSTANTS}


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
    """A query that gives no rows is asked by its name, a text that no type checker reads."""
    asked = set()
    for path in code:
        for node in ast.walk(ast.parse((repository / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of_transaction = ast.unparse(node.func.value) in {"tx", "self._tx"}
                first = node.args[0] if node.args else None
                if of_transaction and isinstance(first, ast.Constant) and node.func.attr in METHODS:
                    asked.add(first.value)

    assert len(asked) > 40
    assert sorted(asked - queries().keys()) == []


def test_names_of_queries_get_the_shape_of_their_rows_in_one_place(
    repository: Path, code: dict[Path, set[str]]
) -> None:
    """What is declared elsewhere would be held against no column of Postgres."""
    makers = [
        path
        for path in code
        if re.search(r"\bQuery(\[[\w.]+\])?\(", (repository / path).read_text(encoding="utf-8"))
    ]

    assert makers == [Path("workers/db/queries.py")]  # where the class is


def test_each_query_says_what_it_is_for(repository: Path) -> None:
    """A line below its name, for whoever reads the statement."""
    for file in (repository / "workers/db/queries").iterdir():
        text = file.read_text(encoding="utf-8")
        assert len(DESCRIBED.findall(text)) == len(NAME.findall(text)), file.name
