"""The samples of docs/webhooks.md do what they say."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from workers.deliver.webhook import headers
from workers.secrets import new_webhook_secret

DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def samples() -> dict[str, Any]:
    """The names that the document's Python blocks define."""
    names: dict[str, Any] = {}
    for block in re.findall(
        r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    ):
        exec(block, names)  # noqa: S102 - our own document
    return names


def test_both_samples_accept_ours_and_refuse_others(samples: dict[str, Any]) -> None:
    """With the library and by hand."""
    secret, body = new_webhook_secret(), b'{"type": "process.finished"}'
    signed = headers(secret, "msg_1", int(time.time()), body)

    assert samples["receive"](body.decode(), signed, secret) == {"type": "process.finished"}
    assert samples["is_ours"](body, signed, secret)
    assert not samples["is_ours"](body + b" ", signed, secret)
    with pytest.raises(WebhookVerificationError):
        samples["receive"](body.decode(), signed, new_webhook_secret())
