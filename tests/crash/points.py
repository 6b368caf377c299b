"""Lists the crash points, read from the code: ``python -m tests.crash.points``.

And what should have one and has none: a commit without a name of its own, an upload, a removal, a
message, a revoke or a request of ours outside ``around``, a job that does not say that it begins.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workers.queues import QUEUES

ROOT = Path(__file__).parents[2]
SIDES = ("before", "after")
INNER = ("commit.{name}", "job.{event}", "upload.{part}", "send.{job}")
"""Names that are made of an argument: what is given for it stands where they are asked for."""

STEPS = {
    "storage.put": "an upload",
    "storage.delete": "a removal",
    "storage.abandon": "a removal",
    "app.send_task": "a message",
    "app.control.revoke": "a revoke",
    "upload.upload": "an export",
    "self.ports.fetcher.start": "a request",
    "calls.send": "a call",
}
EXEMPT = {
    "app/commands/checks.py": "the doctor's trial object belongs to no process",
    "workers/exports": "part of the step `export`, whose sides are the points around it",
}


@dataclass
class Code:
    """The points by name with their places, and the faults, of the product's code."""

    points: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    transactions: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, place: str, sides: tuple[str, ...] = SIDES) -> None:
        """Note a step with its sides."""
        for side in sides:
            self.points[f"{name}.{side}" if side else name] = place


def read() -> Code:
    """Read the product's code."""
    code = Code()
    for folder in ("app", "workers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            _CrashPointReader(code, where).visit(ast.parse(path.read_text(encoding="utf-8")))
    for job in QUEUES:
        code.add(f"send.{job}", "workers/celery.py")
    repeated = [name for name, count in code.transactions.items() if count > 1]
    code.faults += [f"two transactions are called {name!r}" for name in repeated]
    return code


class _CrashPointReader(ast.NodeVisitor):
    """Reads one file."""

    def __init__(self, code: Code, where: str) -> None:
        self.code, self.where = code, where
        self.covered = 0
        self.exempt = any(where.startswith(one) for one in EXEMPT)

    def _place(self, node: ast.expr | ast.stmt) -> str:
        return f"{self.where}:{node.lineno}"

    def visit_With(self, node: ast.With) -> None:
        covers = any("around(" in ast.unparse(item.context_expr) for item in node.items)
        for item in node.items:
            self.visit(item.context_expr)
        self.covered += covers
        for statement in node.body:
            self.visit(statement)
        self.covered -= covers

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        decorators = [ast.unparse(one) for one in node.decorator_list]
        if any(one.startswith("app.task(") for one in decorators) and "_about(" not in ast.unparse(
            node
        ):
            self.code.faults.append(f"{self._place(node)}: the job {node.name} has no point")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if called.endswith(".transaction"):
            self._transaction(node)
        elif called in {"around", "crashpoint"} and self.where != "workers/crashpoint.py":
            self._step(node, SIDES if called == "around" else ("",))
        elif called == "_about":
            self.code.add(f"job.{next(_texts(node))}", self._place(node))
        elif called == "store":
            part = next(one.value for one in node.keywords if one.arg == "part")
            self.code.add(f"upload.{ast.literal_eval(part)}", self._place(node))
        elif called in STEPS and not self.covered and not self.exempt:
            self.code.faults.append(f"{self._place(node)}: {STEPS[called]} has no point")
        elif called.endswith(".commit") and not node.args and not node.keywords:
            self.code.faults.append(f"{self._place(node)}: a commit past the transactions")
        self.generic_visit(node)

    def _step(self, node: ast.Call, sides: tuple[str, ...]) -> None:
        for name in _texts(node):
            if "{" not in name:
                self.code.add(name, self._place(node), sides)
            elif name not in INNER:
                self.code.faults.append(f"{self._place(node)}: {name} is no name")

    def _transaction(self, node: ast.Call) -> None:
        names = list(_texts(node))
        if len(names) != 1 or "{" in names[0]:
            self.code.faults.append(f"{self._place(node)}: a commit without a name of its own")
            return
        self.code.transactions[names[0]] += 1
        self.code.add(f"commit.{names[0]}", self._place(node))


def _texts(node: ast.Call) -> Iterator[str]:
    """Yield the text that is a call's first argument; what it puts in stands in braces."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value
    elif isinstance(first, ast.JoinedStr):
        yield ast.unparse(first)[2:-1]


if __name__ == "__main__":
    for point, place in sorted(read().points.items()):
        print(f"{point:36} {place}")  # noqa: T201 - what it is for
