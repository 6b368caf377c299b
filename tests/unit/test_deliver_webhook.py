"""What a webhook says, how it is signed, and when it is tried again."""

from __future__ import annotations

import json
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from workers.deliver.webhook import build_body, headers, next_step, within
from workers.errors import NotAvailable
from workers.secrets import decrypt, encrypt, new_webhook_secret


def test_the_published_verifier_accepts_our_signature() -> None:
    """Standard Webhooks, symmetric."""
    secret, body = new_webhook_secret(), b'{"a":"\xc3\xa9"}'
    signed = headers(secret, "msg_1", int(time.time()), body)

    assert Webhook(secret).verify(body.decode(), signed) == {"a": "é"}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_webhook_secret()).verify(body.decode(), signed)


@pytest.mark.parametrize(
    ("done", "arrived", "expected"),
    [
        (1, True, ("delivered", 0.0)),
        (1, False, ("waiting", 5.0)),
        (2, False, ("waiting", 300.0)),
        (3, False, ("given_up", 0.0)),
        (3, True, ("delivered", 0.0)),
    ],
)
def test_the_schedule(done: int, arrived: bool, expected: tuple[str, float]) -> None:  # noqa: FBT001 - a table
    """A first attempt, and one more for each entry."""
    assert next_step(done, (5.0, 300.0), arrived=arrived) == expected


def test_an_empty_schedule_is_one_attempt() -> None:
    """Nothing to wait for."""
    assert next_step(1, (), arrived=False) == ("given_up", 0.0)


def test_the_body_is_as_documented() -> None:
    """Records go in as the bytes that they are."""
    body = build_body(
        {"id": "p"}, "http://link", [b'{"a":1}', b'{"b":"\\u0000"}'], event="process.finished",
        at="2026-11-24T10:00:00Z",
    )  # fmt: skip

    assert json.loads(body) == {
        "type": "process.finished",
        "timestamp": "2026-11-24T10:00:00Z",
        "data": {"process": {"id": "p"}, "link": "http://link", "results": [{"a": 1}, {"b": "\0"}]},
    }
    assert json.loads(build_body({}, None, None, event="e", at="t"))["data"]["results"] is None


def test_too_many_records_are_none_at_all() -> None:
    """Half a list would be a lie."""
    assert within([b"12", b"34"], 6) == [b"12", b"34"]
    assert within([b"12", b"34"], 5) is None


def test_credentials_are_read_back_under_any_key_that_is_named() -> None:
    """A new key goes before the old one; a lost one is told as such."""
    sealed = encrypt("clear", "old")

    assert "clear" not in sealed
    assert decrypt(sealed, "new,old") == "clear"
    with pytest.raises(NotAvailable, match="SECRET_KEY"):
        decrypt(sealed, "new")
    with pytest.raises(NotAvailable, match="SECRET_KEY"):
        encrypt("clear", "")
