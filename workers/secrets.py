"""Keeping small secrets: encrypted at rest under SECRET_KEY; and making webhook secrets."""

from __future__ import annotations

import base64
import json
import os
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.headers import Pairs
from workers.errors import NotAvailable

WEBHOOK_SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64


def new_webhook_secret() -> str:
    """Return a fresh symmetric secret in the form of the Standard Webhooks specification.

    Accounts keep it unencrypted: whoever can read their table can read all that it signs, and a
    lost SECRET_KEY shall not silence every webhook.
    """
    return "whsec_" + base64.b64encode(os.urandom(WEBHOOK_SECRET_BYTES)).decode()


def encrypt(text: str, secret_key: str) -> str:
    """Return ``text`` encrypted under the first of ``secret_key``'s keys (comma-separated)."""
    return _fernet(secret_key).encrypt(text.encode()).decode()


def decrypt(token: str, secret_key: str) -> str:
    """Return what ``encrypt`` was given; any of ``secret_key``'s keys may be the one it used.

    Raises ``NotAvailable`` when none is: SECRET_KEY was changed or lost.
    """
    try:
        return _fernet(secret_key).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise NotAvailable(
            "Stored credentials can't be read: SECRET_KEY is not the one they were stored under."
        ) from error


def sealed_headers(headers: Pairs, secret_key: str) -> str:
    """Return the headers of a webhook as they are stored: encrypted, "" for none."""
    if not headers:
        return ""
    text = json.dumps(dict(headers), ensure_ascii=False, separators=(",", ":"))
    return encrypt(text, secret_key)


@cache
def _fernet(secret_key: str) -> MultiFernet:
    """Return the ciphers of ``secret_key``: to change it, put the new key before the old one."""
    keys = [key.strip() for key in secret_key.split(",") if key.strip()]
    if not keys:
        raise NotAvailable("Credentials can't be stored here: SECRET_KEY is not set.")
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(key: str) -> bytes:
    """Stretch a key of any length to the 256 bits that Fernet takes (RFC 5869)."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gristmill stored credentials")
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
