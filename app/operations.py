"""The one description of the API: what is routed, documented and guarded."""

from __future__ import annotations

from typing import Final

from app.exposition import CONTENT_TYPE
from app.operation import READ, Answer, Operation, Parameter
from app.paging import MOST
from app.views import account, health, links, pages, processes, single, tasks

JSON = "application/json"


def _json(description: str, schema: str, **headers: str) -> Answer:
    return Answer(description=description, content={JSON: schema}, headers=headers)


_PAGING = (
    Parameter(
        name="limit",
        description="Entries of a page (100 if absent).",
        schema={"type": "integer", "minimum": 1, "maximum": MOST},
    ),
    Parameter(name="cursor", description="Where to go on: from the `Link` header, as it is."),
)
_LINK = {"Link": 'To the next page, `rel="next"`, if there is one.'}
_PROCESS_ID = {"Process-Id": "The process that this call was."}
_TASK = _json("The task", "Task")
_PROCESS = _json("The process", "Process")
_VERDICT = Parameter(
    name="verdict",
    description="Only pages that ended, or stand, like this.",
    schema={"enum": list(processes.VERDICTS)},
)
_KEY = Parameter(
    name="Idempotency-Key",
    where="header",
    description="The same key and task within 24 hours returns the same process.",
    schema={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)

TASKS: Final = (
    Operation(
        name="create_task",
        methods=("POST",),
        path="/v1/task/create",
        view=tasks.create,
        tag="Tasks",
        summary="Create a task",
        description="A bare payload is accepted as the payload of an otherwise empty task.",
        scope="admin",
        body="TaskDraft",
        answer=_TASK,
        example="-d @task.json",
    ),
    Operation(
        name="list_tasks",
        methods=READ,
        path="/v1/tasks",
        view=tasks.listing,
        tag="Tasks",
        summary="List tasks, newest first",
        parameters=_PAGING,
        problems=(400,),
        answer=_json("The account's tasks", "Tasks", **_LINK),
    ),
    Operation(
        name="task_info",
        methods=READ,
        path="/v1/task/{task_id}/info",
        view=tasks.info,
        tag="Tasks",
        summary="Show a task",
        answer=_TASK,
    ),
    Operation(
        name="update_task",
        methods=("POST", "PUT", "PATCH"),
        path="/v1/task/{task_id}/update",
        view=tasks.update,
        tag="Tasks",
        summary="Change a task",
        description="What the body does not carry stays; a payload is replaced whole. "
        "Processes that run keep the payload that they started with.",
        scope="admin",
        body="TaskChanges",
        answer=_TASK,
        example='-d \'{"name": "books"}\'',
    ),
    Operation(
        name="change_task",
        methods=("PUT", "PATCH"),
        path="/v1/task/{task_id}",
        view=tasks.update,
        tag="Tasks",
        summary="Change a task (the same)",
        scope="admin",
        body="TaskChanges",
        answer=_TASK,
        example='-d \'{"name": "books"}\'',
    ),
    Operation(
        name="delete_task",
        methods=("DELETE", "POST"),
        path="/v1/task/{task_id}/delete",
        view=tasks.delete,
        tag="Tasks",
        summary="Delete a task with its processes, results and logs",
        scope="admin",
        answer=_json("It is gone", "Deleted"),
    ),
    Operation(
        name="remove_task",
        methods=("DELETE",),
        path="/v1/task/{task_id}",
        view=tasks.delete,
        tag="Tasks",
        summary="Delete a task (the same)",
        scope="admin",
        answer=_json("It is gone", "Deleted"),
    ),
    Operation(
        name="run_task",
        methods=("POST",),
        path="/v1/task/{task_id}/run",
        view=tasks.run,
        tag="Tasks",
        summary="Run a task: start a process",
        description="Returns at once.",
        scope="run",
        parameters=(_KEY,),
        problems=(400,),
        answer=_PROCESS,
    ),
    Operation(
        name="task_results",
        methods=READ,
        path="/v1/task/{task_id}/results",
        view=tasks.results,
        tag="Tasks",
        summary="List the processes of a task, newest first",
        parameters=_PAGING,
        problems=(400,),
        answer=_json("The task's processes", "Processes", **_LINK),
    ),
)

PROCESSES: Final = (
    Operation(
        name="process_info",
        methods=READ,
        path="/v1/process/{process_id}/info",
        view=processes.info,
        tag="Processes",
        summary="Show a process",
        answer=_PROCESS,
    ),
    Operation(
        name="cancel_process",
        methods=("POST",),
        path="/v1/process/{process_id}/cancel",
        view=processes.cancel,
        tag="Processes",
        summary="Cancel a process",
        description="What was extracted stays and is charged. One that has ended stays as it is.",
        scope="run",
        answer=_PROCESS,
    ),
    Operation(
        name="process_pages",
        methods=READ,
        path="/v1/process/{process_id}/pages",
        view=processes.pages,
        tag="Processes",
        summary="List the pages of a process in document order",
        parameters=(*_PAGING, _VERDICT),
        problems=(400,),
        answer=_json("The pages", "Pages", **_LINK),
    ),
    Operation(
        name="process_deliveries",
        methods=READ,
        path="/v1/process/{process_id}/deliveries",
        view=processes.deliveries,
        tag="Processes",
        summary="List the webhooks and exports of a process",
        answer=_json("The deliveries", "Deliveries"),
    ),
    Operation(
        name="resend_delivery",
        methods=("POST",),
        path="/v1/delivery/{delivery_id}/resend",
        view=processes.resend,
        tag="Processes",
        summary="Send a webhook or an export again",
        scope="admin",
        problems=(409,),
        answer=_json("The delivery", "Delivery"),
    ),
    Operation(
        name="getlink",
        methods=READ,
        path="/v1/getlink",
        view=links.getlink,
        tag="Results",
        summary="Get a download link for a results file",
        description="The name may also be the raw body, of a GET too.",
        parameters=(Parameter(name="file", description="Name of the results file."),),
        body="ResultsName",
        body_required=False,
        problems=(400, 404, 415),
        answer=Answer(
            description="A link that anybody can load for a while",
            content={"text/plain": "Text", JSON: "Link"},
        ),
        example="-d '3EhWgSbe_2026-11-24_16:03.csv'",
    ),
)

ACCOUNT: Final = (
    Operation(
        name="credits",
        methods=READ,
        path="/v1/credits",
        view=account.balance,
        tag="Account",
        summary="Show the account's credits",
        answer=_json("The credits", "Credits"),
    ),
    Operation(
        name="webhook_secret",
        methods=READ,
        path="/v1/webhooks/secret",
        view=account.webhook_secret,
        tag="Account",
        summary="Show the secret that webhooks are signed with",
        scope="admin",
        answer=_json("The secret", "Secret"),
    ),
    Operation(
        name="capabilities",
        methods=READ,
        path="/v1/capabilities",
        view=account.capabilities,
        tag="Account",
        summary="Show what this deployment can do",
        answer=_json("What it can do", "Capabilities"),
    ),
)


def _extract(name: str, path: str) -> Operation:
    return Operation(
        name=name,
        methods=("POST",),
        path=path,
        view=single.extract,
        tag="Single calls",
        summary="Extract once and answer with the file",
        description="A process like any other: charged, logged, shown by its id.",
        scope="run",
        body="Single",
        problems=(402, 409, 502, 504),
        answer=Answer(
            description="The file, or with `output: file` a link to it",
            content={"*/*": "File"},
            headers=_PROCESS_ID,
        ),
        example="-d @payload.json",
    )


def _absent(name: str, path: str, what: str) -> Operation:
    return Operation(
        name=name,
        methods=("POST",),
        path=path,
        view=single.absent,
        tag="Single calls",
        summary=f"{what} (not available yet)",
        scope="run",
        problems=(501,),
        answer=Answer(description="Never"),
    )


SINGLE: Final = (
    _extract("extract", "/v1/extract"),
    _extract("parse", "/v1/parse"),
    _absent("fetch", "/v1/fetch", "Fetch a page"),
    _absent("serp", "/v1/serp", "Collect search results"),
    _absent("convert_pdf", "/v1/convert/url/pdf", "Turn a page into a PDF"),
    _absent("convert_screenshot", "/v1/convert/url/screenshot", "Turn a page into an image"),
)


def _open(name: str, *, tag: str, summary: str, kind: str, schema: str = "Text") -> Operation:
    """Describe a page that needs no key; its view has its name."""
    view = getattr(pages, name, None) or getattr(health, name)
    return Operation(
        name=name,
        methods=("GET",),
        path={"landing": "/", "openapi": "/openapi.json", "style": "/docs.css"}.get(
            name, f"/{name}"
        ),
        view=view,
        tag=tag,
        summary=summary,
        scope=None,
        problems=(503,) if name == "readyz" else (401, 503) if name == "metrics" else (),
        answer=Answer(description="As asked", content={kind: schema}),
    )


HTML = "text/html"
OPERATED: Final = (
    _open("healthz", tag="Operating", summary="Is it alive", kind=JSON, schema="Status"),
    _open("readyz", tag="Operating", summary="Can it serve", kind=JSON, schema="Status"),
    _open("metrics", tag="Operating", summary="Numbers for Prometheus", kind=CONTENT_TYPE),
    _open("openapi", tag="Operating", summary="This document", kind=JSON, schema="Any"),
    _open("docs", tag="Operating", summary="This document, to read", kind=HTML),
    _open("style", tag="Operating", summary="How that looks", kind="text/css"),
    _open("landing", tag="Operating", summary="Where to begin", kind=HTML),
)

OPERATIONS: Final = (*TASKS, *PROCESSES, *ACCOUNT, *SINGLE, *OPERATED)
"""Everything that is routed."""
