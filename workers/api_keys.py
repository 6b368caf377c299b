"""Makes API keys, and the digests that are stored of them."""

from __future__ import annotations

import hashlib
import secrets
import string
from typing import NamedTuple

PREFIX_CHARS, SECRET_CHARS = 8, 40  # of base 62: 48 and 238 bits
_ALPHABET = string.ascii_letters + string.digits


class NewKey(NamedTuple):
    """A new key, shown this once, and the prefix by which it is revoked."""

    api_key: str
    prefix: str


def new_key() -> NewKey:
    """Return a fresh key."""
    prefix = _random(PREFIX_CHARS)
    return NewKey(f"gm_{prefix}_{_random(SECRET_CHARS)}", prefix)


def own_prefix() -> str:
    """Return a prefix for a key that somebody made: random, for a part of it would give it away."""
    return "own-" + _random(PREFIX_CHARS)


def digest_of(key: str) -> bytes:
    """Return what is stored of a key.

    One round of SHA-256 is enough: our keys hold 238 random bits, so that there is nothing to
    guess, and a slow hash would cost every call. An operator's own short key is as weak as it is.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
