"""The task object that is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from marshmallow import missing

from schemas.answers import (
    AnswerSchema,
    Identifier,
    Items,
    Moment,
    OpenObject,
    ShownText,
    ShownWord,
)
from schemas.export import shown_export
from schemas.json_schema import ListOf
from schemas.rows.tasks import TaskRow
from schemas.task import TASK_TYPE


class TaskSchema(AnswerSchema):
    """A stored task."""

    sometimes = frozenset({"export"})

    id = Identifier()
    name = ShownText()
    description = ShownText()
    type = ShownWord((TASK_TYPE,))
    payload = OpenObject(
        "StoredPayload", "A payload as it was sent, with its own letter case and numbers."
    )
    webhook = ShownText()
    created_at = Moment(data_key="createdAt")
    updated_at = Moment(data_key="updatedAt")
    exports = Items(
        OpenObject("StoredExport", "A target without its credentials.", values={"type": "string"}),
        data_key="export",
    )


class DeletedSchema(AnswerSchema):
    """What is left of something deleted."""

    deleted = ShownWord(("ok",))


DELETED: Final = DeletedSchema()
TASK: Final = TaskSchema()
TASKS: Final = ListOf(component="Tasks", item=TASK)


def dump_task(row: TaskRow, exports: Sequence[Mapping[str, str]] = ()) -> dict[str, object]:
    """Return the task object for a row of table ``tasks``.

    ``exports``: the task's targets in clear, if the caller has opened them; their credentials are
    left out, and the whole member when there are none.
    """
    targets = [shown_export(target) for target in exports] or missing
    return TASK.answer(row, type=TASK_TYPE, exports=targets)
