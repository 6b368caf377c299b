"""Objects of strings that become headers, cookies or form data, each with the rules of its wire."""

from __future__ import annotations

import re
from typing import Final

from marshmallow import ValidationError

from schemas.json_schema import JsonSchema, Refer, about
from schemas.strict import NO_OBJECT
from schemas.values import Value

MOST_PAIRS: Final = 100
LONGEST_NAME: Final = 200  # characters
LONGEST_VALUE: Final = 8_000  # characters of a header or cookie
LONGEST_FORM_VALUE: Final = 100_000  # characters

Pairs = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header or cookie name (RFC 9110 section 5.6.2)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

FRAMING: Final = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers that belong to one connection: a payload that sets them breaks the exchange."""


SIGNED: Final = frozenset(
    {"content-encoding", "content-type", "webhook-id", "webhook-signature", "webhook-timestamp"}
)
"""Headers of a webhook that no task can set: the receiver checks the body by them."""


class PairsField(Value[Pairs]):
    """An object of strings, kept in its order."""

    component = "Form"

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the reference to what ``describe`` gives."""
        return refer(self)

    def describe(self, _refer: Refer) -> JsonSchema:
        """Return an object of strings."""
        return {
            "type": "object",
            "description": about(self),
            "additionalProperties": {"type": "string"},
            "maxProperties": MOST_PAIRS,
        }

    def _deserialize(self, value: object, *_: object, **__: object) -> Pairs:
        if not isinstance(value, dict):
            raise ValidationError(NO_OBJECT)
        if len(value) > MOST_PAIRS:
            raise ValidationError(f"These are too many: give at most {MOST_PAIRS}.")
        faults = {
            name: [fault] for name, text in value.items() if (fault := self._fault(name, text))
        }
        if faults:
            raise ValidationError(faults)
        return tuple(value.items())

    def _fault(self, name: str, text: object) -> str:
        if not isinstance(text, str):
            return "The value must be a string: write it in double quotes."
        if not name or len(name) > LONGEST_NAME:
            return f"The name must have 1 to {LONGEST_NAME} characters."
        return self._wire_fault(name, text)

    def _wire_fault(self, _name: str, text: str) -> str:
        """Return what the wire would not take, or ``""``."""
        if len(text) > LONGEST_FORM_VALUE or "\0" in text:
            return f"The value must have at most {LONGEST_FORM_VALUE} characters and no NUL."
        return ""


class HeadersField(PairsField):
    """Request headers; names are unlike each other in any letter case."""

    component = "Headers"

    def _deserialize(self, value: object, *_: object, **__: object) -> Pairs:
        pairs = super()._deserialize(value)
        seen: set[str] = set()
        for name in dict(pairs):
            if name.lower() in seen:
                raise ValidationError({name: ["This header comes twice: keep one of them."]})
            seen.add(name.lower())
        return tuple((name, text.strip(" \t")) for name, text in pairs)

    def _wire_fault(self, name: str, text: str) -> str:
        if not _TOKEN.fullmatch(name):
            return "This is no header name: use letters, digits and hyphens."
        if name.lower() in FRAMING:
            return "This header is set by the connection itself: remove it."
        return _text_fault(text)


class WebhookHeadersField(HeadersField):
    """Headers of webhooks; those that say what the body is and prove who sent it are ours."""

    component = "WebhookHeaders"

    def _wire_fault(self, name: str, text: str) -> str:
        if name.lower() in SIGNED:
            return "This header is part of what the webhook says itself: take another name."
        return super()._wire_fault(name, text)


class CookiesField(PairsField):
    """Cookies for the host of the start page (RFC 6265 section 4.1.1)."""

    component = "Cookies"

    def _wire_fault(self, name: str, text: str) -> str:
        if not _TOKEN.fullmatch(name):
            return "This is no cookie name: use letters, digits, hyphens and underscores."
        if ";" in text:
            return "A cookie's value can't hold `;`: write %3B, or give two cookies."
        return _text_fault(text)


def _text_fault(text: str) -> str:
    if len(text) > LONGEST_VALUE:
        return f"The value is too long: keep it to {LONGEST_VALUE} characters."
    if _CONTROL.search(text.strip(" \t")):
        return "The value holds a line break or another control character: remove it."
    return ""
