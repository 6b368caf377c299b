"""The task envelope: what a caller may say about a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError

from schemas.export import ExportField, restored_exports
from schemas.faults import MAX_FAULTS, from_messages
from schemas.headers import Pairs, WebhookHeadersField
from schemas.json_schema import JsonSchema, OneOf, Refer
from schemas.payload import PAYLOAD, is_payload, load_plan
from schemas.plan import Plan
from schemas.problem import Fault, Invalid
from schemas.strict import NO_OBJECT, Many, StrictSchema
from schemas.values import PassedOver, Text, UrlOrNone, Value, Word

TASK_TYPE: Final = "extract"
LONGEST_NAME: Final = 200  # characters
LONGEST_DESCRIPTION: Final = 1_000_000  # characters; the bound on the body comes first
MOST_EXPORTS: Final = 20

_MESSAGE: Final = "The task can't be used."
_NO_PAYLOAD = "Send what to extract: an object with `request`, `fields` and `format`."


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A task to store. ``payload`` is as it was sent, ``plan`` is what it means.

    ``exports``: flat objects of strings, ``type`` and the members of ``export.OPTIONS``, with
    credentials in clear. ``webhook_headers``: names and values, in clear too.
    """

    name: str
    description: str
    webhook: str
    payload: Mapping[str, object]
    plan: Plan
    exports: tuple[Mapping[str, str], ...] = ()
    webhook_headers: Pairs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanges:
    """What of a task is to change; None: stays as it is."""

    name: str | None = None
    description: str | None = None
    webhook: str | None = None
    payload: Mapping[str, object] | None = None
    plan: Plan | None = None
    exports: tuple[Mapping[str, str], ...] | None = None
    webhook_headers: Pairs | None = None


class _PayloadField(Value[object]):
    """Taken as it is: a payload is looked at apart, by ``load_plan``."""

    default_error_messages = {"required": _NO_PAYLOAD, "null": NO_OBJECT}  # noqa: RUF012 - so typed by marshmallow

    def json_schema(self, refer: Refer) -> JsonSchema:
        return refer(PAYLOAD)

    def _deserialize(self, value: object, *_: object, **__: object) -> object:
        return value


class TaskChangesSchema(StrictSchema):
    """The members of a task to change; those left out stay as they are.

    What only reading gives is passed over.
    """

    name = Text(most=LONGEST_NAME)
    description = Text(most=LONGEST_DESCRIPTION)
    type = Word({TASK_TYPE: TASK_TYPE})
    webhook = UrlOrNone(metadata={"description": "Called at each end of a process; empty: none."})
    webhook_headers = WebhookHeadersField(
        data_key="webhookHeaders",
        metadata={"description": "Sent with each webhook; never shown again. Empty: none."},
    )
    payload = _PayloadField()
    id = PassedOver()
    created_at = PassedOver(data_key="createdAt")
    updated_at = PassedOver(data_key="updatedAt")
    next_run_at = PassedOver(data_key="nextRunAt")
    exports = Many(
        ExportField(),
        most=MOST_EXPORTS,
        data_key="export",
        metadata={"description": "Targets that finished files are sent to."},
    )


class TaskDraftSchema(TaskChangesSchema):
    """A task to store."""

    payload = _PayloadField(required=True)


CHANGES: Final = TaskChangesSchema()
DRAFT: Final = TaskDraftSchema()
NEW_TASK: Final = OneOf(
    component="NewTask", description="A task, or its payload alone.", forms=(DRAFT, PAYLOAD)
)


def load_task(body: object, *, countries: frozenset[str] | None = None) -> TaskDraft:
    """Return the task that ``body`` describes; ``Invalid`` names all its faults.

    ``body`` is an envelope, or a bare payload (see ``payload.is_payload``), whose name is the
    task's too. ``countries``: as in ``payload.load_plan``.
    """
    changes = _load(body, task_name="", countries=countries, partial=False)
    if changes.payload is None or changes.plan is None:
        raise AssertionError("a whole envelope has a payload, or was refused")
    return TaskDraft(
        name=changes.plan.name if is_payload(body) else changes.name or "",
        description=changes.description or "",
        webhook=changes.webhook or "",
        payload=changes.payload,
        plan=changes.plan,
        exports=changes.exports or (),
        webhook_headers=changes.webhook_headers or (),
    )


def load_changes(
    body: object,
    *,
    task_name: str = "",
    countries: frozenset[str] | None = None,
    stored_exports: Sequence[Mapping[str, str]] = (),
) -> TaskChanges:
    """Return what ``body`` changes of a task; only what it carries is not None.

    ``task_name``: the task's name, for a payload without one. ``stored_exports``: the task's
    targets with their credentials; one that is sent back as it was shown keeps them.
    """
    if isinstance(body, Mapping) and stored_exports and "export" in body:
        body = {**body, "export": restored_exports(body["export"], stored_exports)}
    return _load(body, task_name=task_name, countries=countries, partial=True)


def _load(
    body: object,
    *,
    task_name: str,
    countries: frozenset[str] | None,
    partial: bool,
) -> TaskChanges:
    if is_payload(body):
        plan = load_plan(body, task_name=task_name, countries=countries)
        return TaskChanges(payload=_as_object(body), plan=plan)
    if not isinstance(body, Mapping):
        raise Invalid([Fault("", NO_OBJECT)], _MESSAGE)
    faults: list[Fault] = []
    loaded: dict[str, Any] = {}
    try:
        loaded = (CHANGES if partial else DRAFT).load(body)
    except ValidationError as error:
        faults += from_messages(error.messages)
    name = body.get("name")
    task_name = name if isinstance(name, str) and name else task_name
    plan_now = None
    try:
        plan_now = _plan_of(body, task_name, countries)
    except Invalid as error:
        faults += error.faults
    if faults:
        raise Invalid([*dict.fromkeys(faults)][:MAX_FAULTS], _MESSAGE)
    return _changes(loaded, plan_now)


def _plan_of(
    body: Mapping[str, object], name: str, countries: frozenset[str] | None
) -> Plan | None:
    if "payload" not in body:
        return None
    return load_plan(body["payload"], task_name=name, countries=countries, pointer="/payload")


def _changes(loaded: Mapping[str, Any], plan: Plan | None) -> TaskChanges:
    exports = loaded.get("exports")
    return TaskChanges(
        name=loaded.get("name"),
        description=loaded.get("description"),
        webhook=loaded.get("webhook"),
        payload=loaded.get("payload"),
        plan=plan,
        exports=None if exports is None else tuple(exports),
        webhook_headers=loaded.get("webhook_headers"),
    )


def _as_object(body: object) -> Mapping[str, object]:
    return body if isinstance(body, Mapping) else {}
