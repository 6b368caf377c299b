"""Verifies a webhook by its Standard Webhooks signature."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from .errors import SignatureError
from .transport import Json

TOLERANCE = 300  # seconds that the sender's clock may be apart from ours


def verify(body: bytes | str, headers: Mapping[str, str], secret: str) -> Json:
    """Return the event in ``body``, the exact bytes that came; else raises ``SignatureError``.

    ``secret``: ``whsec_…``. An event may arrive twice, with the same ``webhook-id``.
    """
    raw = body.encode() if isinstance(body, str) else body
    known = {name.lower(): value for name, value in headers.items()}
    moment = known.get("webhook-timestamp", "")
    if not (moment.isascii() and moment.isdecimal() and abs(time.time() - int(moment)) < TOLERANCE):
        raise SignatureError("the webhook carries no time, or one that is minutes off")
    signed = f"{known.get('webhook-id', '')}.{moment}.".encode() + raw
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    signatures = known.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(expected, one.encode()) for one in signatures):
        raise SignatureError("the webhook's signature is not the service's")
    event: Json = json.loads(raw)
    return event
