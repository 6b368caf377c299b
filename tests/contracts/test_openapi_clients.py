from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import create_app
from app.openapi import document
from app.operations import OPERATIONS
from tests.missing import needed
from workers import accounts
from workers.db import Database
from workers.settings import Settings
from workers.storage.base import Storage

NODE_MODULES = Path(__file__).parents[1] / "node" / "node_modules"
PAYLOAD = {
    "name": "quotes",
    "request": {"url": "https://quotes.test/", "type": "chrome", "actions": [{"scroll": {}}]},
    "fields": [
        {"name": "Text", "selector": ".text", "filters": [{"name": "trim"}]},
        {
            "name": "Author",
            "selector": "a",
            "type": 2,
            "details": {"fields": [{"name": "Born", "selector": ".born"}]},
        },
    ],
    "paginator": {"nextPageSelector": ".next a", "pageNum": 3},
    "format": "jsonl",
}
USE = """
import type { components } from "./api";
type Schemas = components["schemas"];
export const draft: Schemas["NewTask"] = { name: "quotes", payload: %s };
export const dump: Schemas["PdfCall"] = { url: "https://quotes.test/", paperSize: "A5" };
export function over(process: Schemas["Process"]): string | null {
    return process.status === "running" ? null : (process.error?.code ?? process.results);
}
"""


@pytest.fixture
def description(tmp_path: Path) -> Path:
    """The document as a file, as a stranger has it."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document(OPERATIONS)))
    return path


@pytest.fixture
def python_client(description: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that `openapi-python-client` has made, ready to import."""
    config = description.with_name("config.json")
    config.write_text('{"post_hooks": []}')
    folder = description.with_name("gristmill_client")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    options = ["--path", description, "--config", config, "--meta", "none", "--output-path", folder]
    subprocess.run([*command, *options], check=True, timeout=60)  # noqa: S603 - ours
    monkeypatch.syspath_prepend(folder.parent)
    return folder.name


@pytest.fixture
def signed_in(
    python_client: str,
    settings: Settings,
    environment: Mapping[str, str],
    database: Database,
    storage: Storage,
) -> Any:
    """Such a client of an application on real services, with a key of a new account."""
    assert environment
    assert storage
    app = create_app(replace(settings, rate_limit="100000/second"))
    key = accounts.create(database, "caller", unlimited=True).api_key
    made: Any = importlib.import_module(python_client)
    return made.AuthenticatedClient(
        base_url="http://gristmill.test",
        token=key,
        httpx_args={"transport": httpx.WSGITransport(app=app)},
    )


def test_a_client_made_by_a_public_generator_runs_a_task(
    python_client: str, signed_in: Any
) -> None:
    """Made without a warning, it creates a task, runs it, and reads what there is to read."""

    def call(group: str, operation: str, *arguments: str, **options: Any) -> Any:
        module = importlib.import_module(f"{python_client}.api.{group}.{operation}")
        return module.sync(*arguments, client=signed_in, **options)

    models: Any = importlib.import_module(f"{python_client}.models")
    draft = models.TaskDraft.from_dict({"name": "quotes", "payload": PAYLOAD})
    task = call("tasks", "create_task", body=draft)
    started = call("tasks", "run_task", task.id, idempotency_key="monday")
    seen = call("processes", "process_info", started.id)
    listed = call("tasks", "task_results", task.id)
    pages = call("processes", "process_pages", started.id)
    unknown = call("tasks", "task_info", "0" * 27)
    refused = call(
        "tasks", "create_task", body=models.ContentCapture(url="ftp://a", capture="content")
    )

    assert (task.name, task.payload.to_dict()["fields"][1]["type"]) == ("quotes", 2)
    assert (seen.id, seen.task_id) == (started.id, task.id)
    assert (seen.status.value, seen.state.value, seen.error) == ("running", "queued", None)
    assert [one.id for one in listed] == [started.id]
    assert [(page.url, page.verdict.value) for page in pages] == [
        ("https://quotes.test/", "queued")
    ]
    assert (unknown.status, unknown.code) == (404, "not_found")
    assert [fault.pointer for fault in refused.errors] == ["/url"]


def _node(program: str) -> list[str | Path]:
    """Return how to start one of the pinned programs; ``FileNotFoundError`` where there is none."""
    node, script = shutil.which("node"), NODE_MODULES / ".bin" / program
    if node is None or not script.exists():
        raise FileNotFoundError(f"{program} needs Node.js and `sh tests/node/setup.sh`")
    return [node, script]


def test_a_client_in_typescript_is_made_and_compiles(description: Path) -> None:
    """`openapi-typescript` makes types that strict TypeScript takes, and uses, without an error."""
    with needed("openapi-typescript", FileNotFoundError):
        make, compiler = _node("openapi-typescript"), _node("tsc")
    folder = description.parent
    (folder / "use.ts").write_text(USE % json.dumps(PAYLOAD))
    made = [*make, description, "--default-non-nullable=false", "-o", folder / "api.d.ts"]
    compiled = [*compiler, "--noEmit", "--strict", folder / "use.ts", folder / "api.d.ts"]

    for command in (made, compiled):
        answer = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)  # noqa: S603 - ours
        assert answer.returncode == 0, answer.stdout + answer.stderr
