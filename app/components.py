"""The schemas that the OpenAPI document names, as JSON Schema 2020-12."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.auth import SCOPES
from app.bodies import BODIES
from schemas import registry
from schemas.codes import PAGE_VERDICTS, PROCESS_ERRORS

Schema = dict[str, Any]

ID: Final[Schema] = {"type": "string", "pattern": "^[0-9A-Za-z]{27}$"}
SECONDS: Final[Schema] = {"type": "string", "pattern": "^[0-9]+$", "description": "Unix seconds"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
TEXT: Final[Schema] = {"type": "string"}


def _object(properties: Schema, *, closed: bool = True, required: bool = True) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(properties)} if required else {}),
        **({"additionalProperties": False} if closed else {}),
    }


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _array(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _note(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _told(words: Mapping[str, str]) -> str:
    """Say what each word of a closed list means."""
    return " ".join(f"`{word}`: {meaning}" for word, meaning in words.items())


_TASK_FIELDS: Final[Schema] = {
    "name": TEXT,
    "description": TEXT,
    "webhook": _note(TEXT, "Called at each end of a process."),
}

_EXPORT: Final[Schema] = _note(
    {"type": "array", "items": {"type": "object"}},
    "Targets that finished files are sent to: " + ", ".join(registry.EXPORTS) + ".",
)

_PROCESS: Final[Schema] = {
    "id": ID,
    "status": {"enum": ["running", "finished", "canceled", "failed", "pending"]},
    "state": {
        "enum": ["queued", "running", "publishing", "pending", "finished", "canceled", "failed"],
        "description": "The exact phase.",
    },
    "taskID": ID,
    "startedAt": _nullable(SECONDS),
    "finishedAt": _nullable(SECONDS),
    "createdAt": SECONDS,
    "requestCount": _note(COUNT, "Requests that left, retries included."),
    "responseCount": _note(COUNT, "Successful ones."),
    "recordCount": COUNT,
    "failedCount": COUNT,
    "emptyCount": COUNT,
    "blockedCount": COUNT,
    "results": _note(TEXT, "Name of the results file, empty until there is one; see getlink."),
    "logFile": _note(TEXT, "Link to the log, empty until there is one."),
    "missingCredits": COUNT,
    "cost": _note(COUNT, "Credits withdrawn, rounded up."),
    "error": _note(
        _nullable(_object({"code": {"enum": list(PROCESS_ERRORS)}, "message": TEXT})),
        _told(PROCESS_ERRORS),
    ),
}

SCHEMAS: Final[Schema] = {
    "TaskDraft": {
        "description": "A task, or a payload alone.",
        "anyOf": [
            {
                **_object(
                    {**_TASK_FIELDS, "payload": _ref("Payload"), "export": _EXPORT},
                    closed=False,
                    required=False,
                ),
                "required": ["payload"],
            },
            _ref("Payload"),
        ],
    },
    "TaskChanges": _object(
        {**_TASK_FIELDS, "payload": _ref("Payload"), "export": _EXPORT},
        closed=False,
        required=False,
    ),
    "Task": _object(
        {
            "id": ID,
            **_TASK_FIELDS,
            "type": {"const": "extract"},
            "payload": _ref("Payload"),
            "createdAt": SECONDS,
            "updatedAt": SECONDS,
        },
        closed=False,
    ),
    "Tasks": _array("Task"),
    "Process": _object(_PROCESS, closed=False),
    "Processes": _array("Process"),
    "Deleted": _object({"deleted": {"const": "ok"}}),
    "Page": _object(
        {
            "url": TEXT,
            "position": {"type": "array", "items": {"type": "integer"}},
            "collection": {},
            "fetcher": TEXT,
            "attempts": COUNT,
            "httpStatus": _nullable({"type": "integer"}),
            "verdict": _note({"enum": list(PAGE_VERDICTS)}, _told(PAGE_VERDICTS)),
            "bytes": COUNT,
            "ms": COUNT,
            "records": COUNT,
            "cost": {"type": "number"},
            "error": _nullable(TEXT),
            "kept": _note(TEXT, "Link to a page that could not be read, as it was answered."),
        },
        closed=False,
    ),
    "Pages": _array("Page"),
    "Delivery": _object(
        {
            "id": ID,
            "kind": {"enum": ["webhook", "export"]},
            "event": TEXT,
            "target": TEXT,
            "state": {"enum": ["waiting", "delivered", "given_up"]},
            "attempts": {"type": "array", "items": {"type": "object"}},
            "nextAttemptAt": _nullable(TEXT),
        },
        closed=False,
    ),
    "Deliveries": _array("Delivery"),
    "ResultsName": {
        "description": "The file's name, or an object such as a process that holds it.",
        "anyOf": [
            TEXT,
            {"type": "object", "required": ["results"], "properties": {"results": TEXT}},
        ],
    },
    "Link": _object({"link": TEXT, "expiresAt": SECONDS}),
    "Text": TEXT,
    "File": {"description": "The results file, in the payload's format."},
    "Single": {
        "description": "A payload; with `output: file` the answer is a link instead of the file.",
        "allOf": [_ref("Payload")],
        "properties": {"output": {"enum": ["buffer", "data", "file"]}},
    },
    **BODIES,
    "Any": {"type": "object"},
    "Credits": _object(
        {
            "balance": {"type": "number"},
            "reserved": {"type": "number"},
            "spent": {"type": "number"},
            "unlimited": {"type": "boolean"},
        }
    ),
    "Secret": _object({"secret": TEXT}),
    "Capabilities": _object(
        {
            "fetchers": {"type": "array", "items": TEXT},
            "formats": {"type": "array", "items": TEXT},
            "formatAliases": {"type": "object", "additionalProperties": TEXT},
            "exports": {"type": "array", "items": TEXT},
            "engines": {"type": "array", "items": TEXT},
            "proxies": {"type": "array", "items": TEXT},
            "prices": {"type": "object", "additionalProperties": {"type": "number"}},
            "limits": {"type": "object", "additionalProperties": {"type": "number"}},
        }
    ),
    "Status": _object({"status": {"const": "ok"}}, closed=False),
    "Readiness": _object(
        {
            "status": _note(
                {"enum": ["ok", "degraded"]},
                "degraded: calls are served, and work waits for what is failing.",
            ),
            "failing": {"type": "array", "items": {"enum": ["broker", "storage"]}},
        }
    ),
    "Problem": _object(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "code": TEXT,
            "errors": {
                "type": "array",
                "items": _object({"pointer": TEXT, "detail": TEXT}),
                "description": "Every fault: where (a JSON pointer), and the cure.",
            },
        },
        closed=False,
    ),
}
"""Schema by name."""

SECURITY: Final[Schema] = {
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Scopes: " + "; ".join(f"{name}: {text}" for name, text in SCOPES.items()),
    },
}
"""Three ways to send the API key."""
