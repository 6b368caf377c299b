"""The Python client and the OpenAPI document are of one mind: every operation has its method."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.openapi import document
from app.operations import OPERATIONS

PACKAGE = Path(__file__).parents[2] / "clients" / "python" / "gristmill_client"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAME = {
    "change_task": "update_task",
    "remove_task": "delete_task",
    "remove_webhook": "delete_webhook",
    "parse": "extract",
}
"""Operations that do what another one does, under another address."""
READ_BY_PEOPLE = ("text/html", "text/css")
CURE = "see `A new call` in docs/CONTRIBUTING.md"


def described() -> dict[str, dict[str, str]]:
    """Return operationId → path → methods of all operations that programs call."""
    found: dict[str, dict[str, str]] = {}
    for path, methods in document(OPERATIONS)["paths"].items():
        for method, entry in methods.items():
            name = entry["operationId"].removesuffix(f"_{method}")
            content = entry["responses"].get("200", {}).get("content", {})
            if name not in SAME and not any(kind in content for kind in READ_BY_PEOPLE):
                known = found.setdefault(name, {path: ""})
                known[path] += f" {method.upper()}"
    return found


def called() -> Iterator[tuple[str, str, str]]:
    """Yield, of each public method, its name and the HTTP method and the path that it calls."""
    for file in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                for text in (one.value for one in ast.walk(node) if isinstance(one, ast.Constant)):
                    method, blank, path = str(text).partition(" ")
                    if method in METHODS and blank and path.startswith("/") and "{id}" not in path:
                        yield node.name, method, path


@pytest.mark.parametrize("name", sorted(described()))
def test_every_operation_has_a_method_of_the_client(name: str) -> None:
    """A call that the service has and the client lacks is one that its users write by hand."""
    (path, methods), *_ = described()[name].items()
    found = [one for one, method, where in called() if where == path and method in methods]

    assert found, f"`{name}` ({methods} {path}) has no method in clients/python: {CURE}"


def test_every_method_of_the_client_calls_an_operation() -> None:
    """What the service does not describe, the client does not call."""
    known: dict[str, str] = defaultdict(str)
    for one in described().values():
        for path, methods in one.items():
            known[path] += methods
    strange = [
        f"`{name}` calls {method} {path}, which the OpenAPI document does not have: {CURE}"
        for name, method, path in called()
        if method not in known[path].split()
    ]

    assert strange == []


def test_what_is_left_out_does_the_same_as_what_is_there() -> None:
    """The list of other addresses holds nothing that is gone."""
    named = {operation.name: operation for operation in OPERATIONS}

    assert all(named[alias].view is named[name].view for alias, name in SAME.items())
