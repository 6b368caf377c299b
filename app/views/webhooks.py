"""Webhooks that are subscribed to: create, list, delete, and a sample of what they are sent."""

from __future__ import annotations

from typing import Final

from flask import Response, g, jsonify, request
from marshmallow import ValidationError

from app import paging
from app.body import read_json
from app.ports import ports
from app.sample import sample_of
from schemas.problem import Fault, Invalid
from schemas.stored_task import DELETED
from schemas.webhooks import EventField, dump_webhook, load_webhook
from workers import webhooks

_EVENT: Final = EventField()


def create() -> Response:
    """Store a webhook."""
    draft = load_webhook(read_json())
    row = webhooks.create(ports().database, account_id=g.account_id, draft=draft)
    return jsonify(dump_webhook(row))


def listing() -> Response:
    """List the account's webhooks, the newest first."""
    window = paging.read_window()
    rows = webhooks.listing(
        ports().database, account_id=g.account_id, limit=window.limit + 1, before=window.before
    )
    return paging.answer(rows, window, dump_webhook, lambda row: [row.seq])


def delete(webhook_id: str) -> Response:
    """Remove a webhook."""
    webhooks.delete(ports().database, account_id=g.account_id, webhook_id=webhook_id)
    return jsonify(DELETED.dump({"deleted": "ok"}))


def sample() -> Response:
    """Show the body of a webhook, made up."""
    word = request.args.get("event", "").strip() or "process.finished"
    try:
        return jsonify(sample_of(_EVENT.deserialize(word)))
    except ValidationError as error:
        raise Invalid([Fault("/event", str(error.messages[0]))]) from error
