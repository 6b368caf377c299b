"""Webhooks that are subscribed to, and what every webhook says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from marshmallow import ValidationError

from schemas.answers import (
    ID,
    AnswerSchema,
    Identifier,
    Items,
    Moment,
    OpenObject,
    ShownText,
    ShownWord,
)
from schemas.codes import EVENTS
from schemas.faults import from_messages
from schemas.headers import Pairs, WebhookHeadersField
from schemas.json_schema import JsonSchema, ListOf, Refer
from schemas.problem import Invalid
from schemas.process import ProcessSchema
from schemas.rows.webhooks import WebhookRow
from schemas.strict import Many, Nested, StrictSchema
from schemas.values import Text, Url, Word

MOST_EVENTS: Final = 20  # of one list; there are fewer, and one may come twice
_NAMED: Final = ", ".join(f"`{event}`" for event in EVENTS)
_WORDS: Final = {event: event for event in EVENTS} | {
    event.removeprefix("process."): event for event in EVENTS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDraft:
    """A webhook to store; ``task_id`` "" means every task, ``headers`` are in clear."""

    url: str
    events: tuple[str, ...]
    task_id: str = ""
    headers: Pairs = ()


class TaskIdField(Text):
    """The id of a task; an empty string is none, as tools send it."""

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return the id's pattern."""
        return dict(ID)

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        text = super()._deserialize(value)
        if text and not re.fullmatch(ID["pattern"], text):
            raise ValidationError("This is no task's id: it has 27 letters and digits.")
        return text


class EventField(Word):
    """An event of a process; its first half may be left out."""

    def __init__(self) -> None:
        super().__init__(_WORDS, component="Event")


class NewWebhookSchema(StrictSchema):
    """A URL to be told of the events of a task's processes, or of every task's."""

    url = Url(required=True)
    events = Many(
        EventField(),
        least=1,
        most=MOST_EVENTS,
        required=True,
        error_messages={"required": f"Say which events to tell: one or more of {_NAMED}."},
        metadata={"description": "What to tell."},
    )
    task_id = TaskIdField(
        data_key="task", metadata={"description": "Only processes of this task; absent: of all."}
    )
    headers = WebhookHeadersField(
        metadata={"description": "Sent with each webhook; never shown again."}
    )


class WebhookSchema(AnswerSchema):
    """A webhook that is subscribed to, without its headers."""

    id = Identifier()
    url = ShownText()
    events = Items(ShownWord(EVENTS))
    task_id = Identifier(
        data_key="task",
        allow_none=True,
        metadata={"description": "Whose processes it tells of; null: every task's."},
    )
    created_at = Moment(data_key="createdAt")


class WebhookDataSchema(AnswerSchema):
    """What an event is about."""

    sometimes = frozenset({"exports"})

    process = Nested(ProcessSchema)
    link = ShownText(
        allow_none=True, metadata={"description": "To the results file, null without one."}
    )
    results = Items(
        OpenObject("InlineRecord", "A record, as the results file holds it."),
        allow_none=True,
        metadata={"description": "The records themselves while the file is short, else null."},
    )
    exports = Items(OpenObject("ExportOutcome", "How an export stood when the webhook left."))


class WebhookBodySchema(AnswerSchema):
    """The body of every webhook."""

    type = ShownWord(EVENTS)
    timestamp = ShownText(metadata={"description": "Of the event, ISO 8601."})
    data = Nested(WebhookDataSchema)


NEW_WEBHOOK: Final = NewWebhookSchema()
WEBHOOK: Final = WebhookSchema()
WEBHOOKS: Final = ListOf(component="Webhooks", item=WEBHOOK)
WEBHOOK_BODY: Final = WebhookBodySchema()


def load_webhook(body: object) -> WebhookDraft:
    """Return the webhook that ``body`` describes; ``Invalid`` names all its faults."""
    try:
        loaded = NEW_WEBHOOK.load(body)  # type: ignore[arg-type] # it refuses what is no object
    except ValidationError as error:
        raise Invalid(from_messages(error.messages), "The webhook can't be used.") from error
    return WebhookDraft(**loaded | {"events": tuple(dict.fromkeys(loaded["events"]))})


def dump_webhook(row: WebhookRow) -> dict[str, object]:
    """Return the webhook object for a row of table ``webhooks``."""
    return WEBHOOK.answer(row)
