"""The schema that all others are: unknown members are refused and every message is a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypedDict, TypeVar, Unpack

from marshmallow import EXCLUDE, Schema, ValidationError, validates_schema
from marshmallow import fields as marshmallow_fields

from schemas.faults import MAX_FAULTS, UnknownMember
from schemas.json_schema import JsonSchema, Refer, about, component_name, member, object_of

REQUIRED = "This member is required: add it."
NULL = "null is no value here: leave the member out, or give it a value."
NO_OBJECT = "This must be a JSON object: write it in braces."


T = TypeVar("T")

Messages = dict[str, str | list[Any] | dict[Any, Any]]
"""As marshmallow types the messages of a field."""

MESSAGES: Final[Messages] = {"required": REQUIRED, "null": NULL}


class Options(TypedDict, total=False):
    """What a field of any kind is told."""

    required: bool
    data_key: str
    load_default: Any
    error_messages: Messages
    metadata: Mapping[str, str]


class StrictSchema(Schema):
    """Loads one JSON object. An unknown member is a fault that names the member meant, if near.

    The first paragraph of a schema's docstring, and the ``description`` in a field's metadata, are
    what the API's document says of them.
    """

    error_messages = {"type": NO_OBJECT}  # noqa: RUF012 - so typed by marshmallow

    class Meta:
        """Unknown members are dealt with below, where their names are known."""

        unknown = EXCLUDE

    @property
    def known(self) -> frozenset[str]:
        """The names of the members that are looked at."""
        return frozenset(field.data_key or name for name, field in self.load_fields.items())

    @property
    def component(self) -> str:
        """The name in the API's document: that of the class without ``Schema``."""
        return component_name(type(self))

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the object as JSON Schema; it is closed, as unknown members are refused."""
        known = object_of(self.load_fields, refer, about(self))
        return known | {"additionalProperties": False}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _refuse_unknown(self, _data: object, original: object, **_: object) -> None:
        if not isinstance(original, Mapping):
            return
        known = self.known
        strange = [name for name in original if name not in known]
        if strange:
            named = strange[:MAX_FAULTS]
            raise ValidationError({name: [UnknownMember(name, known)] for name in named})


class Nested(marshmallow_fields.Nested):
    """An object of another schema."""

    default_error_messages = MESSAGES

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the reference to the other schema."""
        return refer(self.schema)  # type: ignore[arg-type] # schemas of ours are components


class Many(marshmallow_fields.List[T]):
    """A list of up to ``most`` items, refused as a whole when it is longer.

    ``least``: how many there must be.
    """

    default_error_messages = MESSAGES | {
        "invalid": "This must be a list: write it in brackets.",
        "few": "This list is empty: give it at least one item, or leave it out.",
        "many": "This list is too long: give it at most {most} items.",
    }

    def __init__(
        self,
        inner: marshmallow_fields.Field[T],
        *,
        most: int,
        least: int = 0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(inner, **options)
        self.most = most
        self.least = least

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the array, its items as their field says."""
        bounds = {"minItems": self.least} if self.least else {}
        return {
            "type": "array",
            "items": member(self.inner, refer),
            **bounds,
            "maxItems": self.most,
        }

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Any,  # noqa: ANN401 - as marshmallow types it
        **options: object,
    ) -> list[T | None]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) < self.least:
            raise self.make_error("few")
        if len(value) > self.most:
            raise self.make_error("many", most=self.most)
        return super()._deserialize(value, attr, data, **options)
