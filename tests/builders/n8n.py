"""n8n as far as the example flows need it: which node follows which, and what a node asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "deploy" / "n8n"
FLOWS = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))}
HTTP = "n8n-nodes-base.httpRequest"
EMBEDDED = re.compile(r"{{ (.*?) }}(?!})")
OF_NODE = re.compile(r"\$\('([^']+)'\)\.first\(\)\.json\.(.+)")


@dataclass
class Execution:
    """What the expressions of a flow can see: the first item of each node, and the execution."""

    resume_url: str = "http://127.0.0.1:5678/webhook-waiting/1"
    items: dict[str, Any] = field(default_factory=dict)

    def text(self, value: str, item: Any) -> str:
        """Return a parameter's value; one that begins with ``=`` holds expressions."""
        if not value.startswith("="):
            return value
        return EMBEDDED.sub(lambda found: str(self._value(found[1], item)), value[1:])

    def _value(self, expression: str, item: Any) -> Any:
        known = {
            "$execution.id": "231",
            "$execution.resumeUrl": self.resume_url,
            "$now.minus({ minutes: 10 }).toISO()": (
                datetime.now(UTC) - timedelta(minutes=10)
            ).isoformat(timespec="milliseconds"),
        }
        if expression in known:
            return known[expression]
        if found := OF_NODE.fullmatch(expression):
            return member(self.items[found[1]], found[2])
        assert expression.startswith("$json."), f"no such expression is known: {expression}"
        return member(item, expression.removeprefix("$json."))


def member(value: Any, path: str) -> Any:
    """Return what stands at a path of names."""
    for name in path.split("."):
        value = value[name]
    return value


@dataclass(frozen=True)
class N8nCall:
    """What an HTTP Request node sends."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


def call_of(node: Mapping[str, Any], item: Any, execution: Execution) -> N8nCall:
    """Return the call that an HTTP Request node makes for an item."""
    given = node["parameters"]

    def pairs(name: str) -> dict[str, str]:
        listed = given.get(name, {}).get("parameters", [])
        return {one["name"]: execution.text(one["value"], item) for one in listed}

    return N8nCall(
        method=given["method"],
        url=execution.text(given["url"], item),
        query=pairs("queryParameters"),
        headers=pairs("headerParameters"),
        body=json.loads(execution.text(given["jsonBody"], item)) if given.get("sendBody") else None,
    )


def following(flow: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the nodes that follow the one of this name."""
    nodes = {node["name"]: node for node in flow["nodes"]}
    for output in flow["connections"].get(name, {}).get("main", []):
        yield from (nodes[one["node"]] for one in output)
