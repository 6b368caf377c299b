"""Tasks, described."""

from __future__ import annotations

from typing import Final

from app.operation import READ, Operation, Parameter
from app.operations.common import LINK, ONE_PROCESS, ONE_TASK, PAGING, answered
from app.views import tasks
from schemas.process import PROCESSES
from schemas.run import RUN
from schemas.stored_task import DELETED, TASKS
from schemas.task import CHANGES, NEW_TASK

_KEY = Parameter(
    name="Idempotency-Key",
    where="header",
    description="The same key and task within 24 hours returns the same process; with another "
    "body it is refused.",
    schema={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)
_WAIT = Parameter(
    name="wait",
    description="Seconds to wait for the end (0 if absent), SINGLE_TIMEOUT at most. Where too many "
    "calls wait already, the answer comes at once.",
    schema={"type": "integer", "minimum": 0, "maximum": tasks.LONGEST_WAIT},
)

TASK_OPERATIONS: Final = (
    Operation(
        name="create_task",
        methods=("POST",),
        path="/v1/task/create",
        view=tasks.create,
        tag="Tasks",
        summary="Create a task",
        description="A bare payload is accepted as the payload of an otherwise empty task.",
        scope="admin",
        body=NEW_TASK,
        answer=ONE_TASK,
        example="-d @task.json",
    ),
    Operation(
        name="list_tasks",
        methods=READ,
        path="/v1/tasks",
        view=tasks.listing,
        tag="Tasks",
        summary="List tasks, newest first",
        parameters=PAGING,
        problems=(400,),
        answer=answered("The account's tasks", TASKS, **LINK),
    ),
    Operation(
        name="task_info",
        methods=READ,
        path="/v1/task/{task_id}/info",
        view=tasks.info,
        tag="Tasks",
        summary="Show a task",
        answer=ONE_TASK,
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
        body=CHANGES,
        answer=ONE_TASK,
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
        body=CHANGES,
        answer=ONE_TASK,
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
        answer=answered("It is gone", DELETED),
    ),
    Operation(
        name="remove_task",
        methods=("DELETE",),
        path="/v1/task/{task_id}",
        view=tasks.delete,
        tag="Tasks",
        summary="Delete a task (the same)",
        scope="admin",
        answer=answered("It is gone", DELETED),
    ),
    Operation(
        name="run_task",
        methods=("POST",),
        path="/v1/task/{task_id}/run",
        view=tasks.run,
        tag="Tasks",
        summary="Run a task: start a process",
        description="Returns at once, or as soon as the process has ended or stopped within `wait` "
        "seconds; it goes on whatever becomes of the call.",
        scope="run",
        parameters=(_KEY, _WAIT),
        body=RUN,
        body_required=False,
        problems=(409,),
        answer=ONE_PROCESS,
    ),
    Operation(
        name="task_results",
        methods=READ,
        path="/v1/task/{task_id}/results",
        view=tasks.results,
        tag="Tasks",
        summary="List the processes of a task, newest first",
        parameters=PAGING,
        problems=(400,),
        answer=answered("The task's processes", PROCESSES, **LINK),
    ),
)
