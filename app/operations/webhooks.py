"""Webhooks that are subscribed to, described."""

from __future__ import annotations

from typing import Final

from app.operation import READ, Operation, Parameter
from app.operations.common import LINK, PAGING, answered
from app.views import webhooks
from schemas.codes import EVENTS
from schemas.stored_task import DELETED
from schemas.webhooks import NEW_WEBHOOK, WEBHOOK, WEBHOOK_BODY, WEBHOOKS

_EVENT = Parameter(
    name="event",
    description="What the sample is to tell of (`process.finished` if absent).",
    schema={"enum": list(EVENTS)},
)

WEBHOOK_OPERATIONS: Final = (
    Operation(
        name="create_webhook",
        methods=("POST",),
        path="/v1/webhooks",
        view=webhooks.create,
        tag="Webhooks",
        summary="Subscribe a URL to events",
        description="Told beside the webhook of the task itself, and as that one is: signed, and "
        "retried for days. A receiver that answers 410 is unsubscribed.",
        scope="admin",
        body=NEW_WEBHOOK,
        problems=(404, 409),
        answer=answered("The webhook", WEBHOOK),
        example='-d \'{"url": "http://localhost/hook", "events": ["process.finished"]}\'',
    ),
    Operation(
        name="list_webhooks",
        methods=("GET",),
        path="/v1/webhooks",
        view=webhooks.listing,
        tag="Webhooks",
        summary="List the webhooks that are subscribed to, newest first",
        parameters=PAGING,
        problems=(400,),
        answer=answered("The account's webhooks", WEBHOOKS, **LINK),
    ),
    Operation(
        name="webhook_sample",
        methods=READ,
        path="/v1/webhooks/sample",
        view=webhooks.sample,
        tag="Webhooks",
        summary="Show a made-up body of a webhook",
        parameters=(_EVENT,),
        problems=(400,),
        answer=answered("What a receiver would get", WEBHOOK_BODY),
    ),
    Operation(
        name="delete_webhook",
        methods=("DELETE", "POST"),
        path="/v1/webhook/{webhook_id}/delete",
        view=webhooks.delete,
        tag="Webhooks",
        summary="Unsubscribe a URL",
        description="What waits to be sent to it is given up.",
        scope="admin",
        answer=answered("It is gone", DELETED),
    ),
    Operation(
        name="remove_webhook",
        methods=("DELETE",),
        path="/v1/webhook/{webhook_id}",
        view=webhooks.delete,
        tag="Webhooks",
        summary="Unsubscribe a URL (the same)",
        scope="admin",
        answer=answered("It is gone", DELETED),
    ),
)
