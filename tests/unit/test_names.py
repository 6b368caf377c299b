"""Names mean one thing in the whole tree."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREES = ("app", "benchmarks", "deploy", "schemas", "tests", "workers")


def test_no_class_name_stands_twice() -> None:
    """A Protocol and its implementation differ in name too: who reads one knows which it is."""
    places = defaultdict(list)
    for path in sorted(p for tree in TREES for p in (ROOT / tree).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert {name: where for name, where in places.items() if len(where) > 1} == {}
