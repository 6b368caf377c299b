"""The OpenAPI 3.1 document, made from the operations that are routed."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from app.auth import ANY_SCOPE
from app.components import Components
from app.operation import Answer, Operation, Parameter
from app.problems import PROBLEM
from app.version import VERSION
from schemas.answers import ID
from schemas.codes import SCOPES
from schemas.json_schema import JsonSchema, Refer

DESCRIPTION = """\
Store a task, run it as often as you like, and fetch the files that its processes made.

`/tasks/…` and `/processes/…`, in any letter case, are the same as `/task/…` and `/process/…`; a
trailing slash changes nothing. Reading calls answer GET and POST alike. Bodies are JSON whatever
`Content-Type` says of `application/json`, curl's default or none.
"""

SECURITY: Final[JsonSchema] = {
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Scopes: " + "; ".join(f"{name}: {text}" for name, text in SCOPES.items()),
    },
}
"""Three ways to send the API key."""


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the whole document."""
    components = Components()
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        entry = paths.setdefault(operation.path, {})
        for method in operation.methods:
            entry[method.lower()] = _operation(operation, method, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gristmill", "version": VERSION, "description": DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "securitySchemes": SECURITY,
        },
    }


def _operation(operation: Operation, method: str, refer: Refer) -> dict[str, Any]:
    first = method == operation.methods[0]
    entry: dict[str, Any] = {
        "operationId": operation.name if first else f"{operation.name}_{method.lower()}",
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": _responses(operation, refer),
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
            "content": {"application/json": {"schema": refer(operation.body)}},
        }
    return entry


def _description(operation: Operation) -> str:
    return " ".join(part for part in (operation.description, _needs(operation.scope)) if part)


def _needs(scope: str | None) -> str:
    if scope == ANY_SCOPE:
        return "Needs a working key of any scope."
    return f"Needs the scope `{scope}`." if scope else ""


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


def _responses(operation: Operation, refer: Refer) -> dict[str, Any]:
    responses = {"200": _answer(operation.answer, refer)} if operation.answer.content else {}
    if operation.later is not None:
        responses["202"] = _answer(operation.later, refer)
    common = (401, 403, 429, 500, 503) if operation.scope else (500,)
    bodily = (400, 413, 415) if operation.body else (413,) if operation.scope else ()
    lookup = (404,) if operation.path_names else ()
    statuses = sorted({*common, *bodily, *lookup, *operation.problems})
    return responses | {str(status): _problem(status, refer) for status in statuses}


def _answer(answer: Answer, refer: Refer) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "description": answer.description,
        "content": {kind: {"schema": refer(part)} for kind, part in answer.content.items()},
    }
    if answer.headers:
        entry["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in answer.headers.items()
        }
    return entry


def _problem(status: int, refer: Refer) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": refer(PROBLEM)}},
    }
    if status in {429, 503}:
        entry["headers"] = {
            "Retry-After": {"description": "Seconds to wait", "schema": {"type": "string"}}
        }
    return entry
