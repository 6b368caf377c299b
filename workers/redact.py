"""Takes secrets out of texts and values before they reach a log, a note or a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

MASK = "[redacted]"
SHORT = 200  # characters of a text that is worth remembering
DEPTH = 8  # levels of nested values that are looked into; what lies deeper is masked as a whole

_NAMES = (
    r"(?:"
    r"api(?:_|-|%5f|%2d)?key|access(?:_|-)?key(?:(?:_|-)?id)?|secret(?:(?:_|-)?(?:access_?)?key)?"
    r"|(?:access|refresh|id|auth|session|security|metrics)?(?:_|-)?token|passw(?:or)?d|pwd"
    r"|client(?:_|-)?secret|x-amz-(?:signature|credential|security-token)"
    r"|x-goog-(?:signature|credential)|signature|sig|private(?:_|-)?key|credentials?|cookies?"
    r"|set-cookie|webhook(?:_|-)?secret|(?:proxy-)?authorization)"
)
_SECRET_NAME = re.compile(rf"(?:[a-z0-9]+[_-])*?{_NAMES}", re.IGNORECASE)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # RFC 3986, section 3.2.1: everything between the scheme and the last @ of the authority.
    (re.compile(r"""(://)[^/?#\s"'<>]*@"""), rf"\1{MASK}@"),
    (
        re.compile(
            r"""((?:proxy-)?authorization["']?\s*[:=]\s*["']?)[^"'\r\n,}]+""", re.IGNORECASE
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=%-]{8,}", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(r"\b(whsec_|gm_(?=\w{24}))[\w+/=-]+"), rf"\1{MASK}"),
    (
        re.compile(
            rf"""(?<![a-z0-9])({_NAMES}["']?\s*[=:]\s*["']?)(?!\[redacted\])[^\s&"'<>#,;)\]}}]+""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL),
        MASK,
    ),
)


def redact_text(text: str) -> str:
    """Return ``text`` with user info, keys, tokens and signatures masked.

    A key that looks like any word is known only by what stands before it (``api_key=``, a header).
    """
    return _remembered(text) if len(text) <= SHORT else _masked(text)


def _masked(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


_remembered = lru_cache(4096)(_masked)
"""Most of what is logged is short and comes again: methods, paths, names of events."""


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is a secret whatever it looks like."""
    return _SECRET_NAME.fullmatch(name) is not None


def redact(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - whatever a log call is given
    """Return ``value`` with every secret in it masked; containers are copied, not changed."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | bytes):
        return redact_text(value if isinstance(value, str) else value.decode("utf-8", "replace"))
    if depth >= DEPTH:
        return MASK
    if isinstance(value, Mapping):
        return {
            key: MASK if is_secret_name(str(key)) and item else redact(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth + 1) for item in value]
    return redact_text(str(value))
