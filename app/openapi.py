"""The OpenAPI 3.1 document, made from the operations that are routed."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from app.components import ID, SCHEMAS, SECURITY
from app.operation import Answer, Operation, Parameter

VERSION = "1.0.0"
DESCRIPTION = """\
Store a task, run it as often as you like, and fetch the files that its processes made.

`/tasks/…` and `/processes/…`, in any letter case, are the same as `/task/…` and `/process/…`; a
trailing slash changes nothing. Reading calls answer GET and POST alike. Bodies are JSON whatever
`Content-Type` says of `application/json`, curl's default or none.
"""


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        entry = paths.setdefault(operation.path, {})
        for method in operation.methods:
            entry[method.lower()] = _operation(operation, method)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gristmill", "version": VERSION, "description": DESCRIPTION},
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": SECURITY},
    }


def _operation(operation: Operation, method: str) -> dict[str, Any]:
    first = method == operation.methods[0]
    entry: dict[str, Any] = {
        "operationId": operation.name if first else f"{operation.name}_{method.lower()}",
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": _responses(operation),
        "security": [{name: []} for name in SECURITY] if operation.scope else [],
    }
    text = _description(operation)
    if text:
        entry["description"] = text
    if operation.example:
        entry["x-example"] = operation.example
    parameters = [_path(name) for name in operation.path_names]
    parameters += [_parameter(parameter) for parameter in operation.parameters]
    if parameters:
        entry["parameters"] = parameters
    if operation.body and method not in {"GET", "DELETE"}:
        entry["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": _schema(operation.body)}},
        }
    return entry


def _description(operation: Operation) -> str:
    scope = f"Needs the scope `{operation.scope}`." if operation.scope else ""
    return " ".join(part for part in (operation.description, scope) if part)


def _schema(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": ID}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": False,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }


def _responses(operation: Operation) -> dict[str, Any]:
    responses = {"200": _answer(operation.answer)} if operation.answer.content else {}
    common = (401, 403, 429, 500, 503) if operation.scope else (500,)
    bodily = (400, 413, 415) if operation.body else (413,) if operation.scope else ()
    lookup = (404,) if operation.path_names else ()
    statuses = sorted({*common, *bodily, *lookup, *operation.problems})
    return responses | {str(status): _problem(status) for status in statuses}


def _answer(answer: Answer) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "description": answer.description,
        "content": {kind: {"schema": _schema(name)} for kind, name in answer.content.items()},
    }
    if answer.headers:
        entry["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in answer.headers.items()
        }
    return entry


def _problem(status: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": _schema("Problem")}},
    }
    if status in {429, 503}:
        entry["headers"] = {
            "Retry-After": {"description": "Seconds to wait", "schema": {"type": "string"}}
        }
    return entry
