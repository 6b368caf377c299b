"""Names mean one thing in the whole tree."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREES = ("app", "benchmarks", "clients", "deploy", "schemas", "tests", "workers")


def nodes(*trees: str) -> Iterator[tuple[Path, ast.AST]]:
    """Yield each node of our code with its file."""
    for path in sorted(p for tree in trees for p in (ROOT / tree).rglob("*.py")):
        if "node_modules" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield path.relative_to(ROOT), node


def test_no_class_name_stands_twice() -> None:
    """A Protocol and its implementation differ in name too: who reads one knows which it is."""
    places = defaultdict(list)
    for path, node in nodes(*TREES):
        if isinstance(node, ast.ClassDef):
            places[node.name.lstrip("_")].append(f"{path}:{node.lineno}")

    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_test_takes_from_another_test() -> None:
    """What several of them build is in conftest, in tests/builders, or beside them by its name."""
    taken = [
        f"{path}:{node.lineno}"
        for path, node in nodes("tests", "benchmarks")
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").rpartition(".")[2].startswith("test_")
    ]

    assert taken == []
