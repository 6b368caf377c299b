"""The spellings of a results format, and how a CSV file is to be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load

from schemas.json_schema import JsonSchema, Refer
from schemas.plan import CsvOptions
from schemas.registry import FORMAT_ALIASES, OUTPUTS
from schemas.strict import StrictSchema
from schemas.values import Flag, Text

SPELLINGS: Final = {name: name for name in OUTPUTS} | dict(FORMAT_ALIASES)
"""Every spelling in lower case → a key of ``registry.OUTPUTS``."""

CURE: Final = 'Say which file the records go to, for example "format": "json".'

LONGEST_JOINER: Final = 20  # characters
_SPELT = {"\\t": "\t"}
"""What people write for a tab where the backslash itself arrives."""


class _DelimiterField(Text):
    """One character that no quote and no end of a line is."""

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return a string of one character."""
        return {"type": "string", "minLength": 1, "maxLength": 1}

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        text = super()._deserialize(value)
        text = _SPELT.get(text, text)
        if len(text) != 1:
            raise ValidationError('A delimiter is one character: write ",", ";", "|" or "\\t".')
        if text == '"' or not (text == "\t" or text.isprintable()):
            raise ValidationError(
                'Quotes and control characters are no delimiters: write ",", ";", "|" or "\\t".'
            )
        return text


class _JoinerField(Text):
    """A short text, of line feeds and tabs too."""

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return a string that is not empty."""
        return {"type": "string", "minLength": 1, "maxLength": self.most}

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        text = super()._deserialize(value)
        text = _SPELT.get(text, text)
        if not text:
            raise ValidationError('Values would run together: write ";", " | " or the like.')
        if not all(letter in "\t\n" or letter.isprintable() for letter in text):
            raise ValidationError("A joiner holds no control characters but tabs and line feeds.")
        return text


class CsvSchema(StrictSchema):
    """How a CSV file is written. Other formats take no notice of it."""

    bom = Flag(
        metadata={"description": "A byte order mark at the beginning, by which Excel knows UTF-8."}
    )
    delimiter = _DelimiterField(
        metadata={"description": "What stands between cells: one character, `,` if none is named."}
    )
    joiner = _JoinerField(
        most=LONGEST_JOINER,
        metadata={"description": "What stands between several values: `;` if none is named."},
    )
    guard = Flag(
        metadata={"description": "`false` leaves out the `'` before what looks like a formula."}
    )

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> CsvOptions:
        return CsvOptions(**data)
