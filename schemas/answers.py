"""The members of what is read back: how a value of ours becomes JSON, and what JSON that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Final

from marshmallow import Schema, missing
from marshmallow.fields import Field, List

from schemas.json_schema import (
    JsonSchema,
    PlainComponent,
    Refer,
    about,
    choice_of,
    component_name,
    member,
    object_of,
)
from schemas.moments import credits_exact, credits_up, unix

ID: Final = {"type": "string", "pattern": "^[0-9A-Za-z]{27}$"}
"""An identifier (KSUID), in JSON Schema."""


class AnswerSchema(Schema):
    """Dumps rows, values and mappings. Its docstring is what the API's document says of it."""

    sometimes: ClassVar[frozenset[str]] = frozenset()
    """Members that may be left out; all others are always there."""

    @cached_property
    def _writers(self) -> list[tuple[str, str, Callable[..., object]]]:
        """The name, the name in JSON and the way out of each member."""
        # A field's own place to say how its value goes out is what `dump` calls in the end.
        return [
            (name, field.data_key or name, field._serialize)  # noqa: SLF001 - see above
            for name, field in self.dump_fields.items()
        ]

    @property
    def component(self) -> str:
        """The name in the API's document: that of the class without ``Schema``."""
        return component_name(type(self))

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the object as JSON Schema. It is open: members may be added."""
        shape = object_of(self.dump_fields, refer, about(self))
        names = [name for name in shape["properties"] if name not in self.sometimes]
        return shape | {"required": names}

    def answer(self, row: object, **beside: object) -> dict[str, object]:
        """Return the object for a row and what is known ``beside`` it, which comes first.

        As ``dump``, in a fraction of its time: lists have up to a thousand of these.
        """
        made = {}
        for name, key, write in self._writers:
            value = beside[name] if name in beside else getattr(row, name)
            if value is not missing:
                made[key] = write(value, name, row)
        return made

    def get_attribute(self, obj: Any, attr: str, _default: object) -> object:  # noqa: ANN401 - as marshmallow types it
        """Return a member of what is dumped; one that lacks is a fault, and not left out."""
        return obj[attr] if isinstance(obj, Mapping) else getattr(obj, attr)


class Shown(Field[Any]):
    """A member whose value goes out as it is; ``shape`` is the JSON Schema of its kind."""

    shape: ClassVar[JsonSchema] = {}

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return the kind's schema."""
        return dict(self.shape)


class Identifier(Shown):
    """A KSUID."""

    shape = ID


class ShownText(Shown):
    """A string."""

    shape: ClassVar[JsonSchema] = {"type": "string"}


class ShownFlag(Shown):
    """True or false."""

    shape: ClassVar[JsonSchema] = {"type": "boolean"}


class Integer(Shown):
    """A whole number."""

    shape: ClassVar[JsonSchema] = {"type": "integer"}


class ShownNumber(Shown):
    """A number."""

    shape: ClassVar[JsonSchema] = {"type": "number"}


class Count(Shown):
    """A whole number, 0 or more."""

    shape: ClassVar[JsonSchema] = {"type": "integer", "minimum": 0}


class Moment(Shown):
    """An aware datetime, as whole Unix seconds in a string."""

    shape: ClassVar[JsonSchema] = {
        "type": "string",
        "pattern": "^[0-9]+$",
        "description": "Unix seconds.",
    }

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return unix(value)


class WholeCredits(Count):
    """Thousandths of a credit, as whole credits, rounded up."""

    def _serialize(self, value: int | None, *_: object, **__: object) -> int:
        return credits_up(value or 0)


class ExactCredits(Shown):
    """Thousandths of a credit, as credits with up to three decimals."""

    shape: ClassVar[JsonSchema] = {"type": "number"}

    def _serialize(self, value: int | None, *_: object, **__: object) -> float:
        return credits_exact(value or 0)


class ShownWord(Shown):
    """One of ``words``; a mapping says what each of them means."""

    def __init__(self, words: Iterable[str], **options: Any) -> None:  # noqa: ANN401 - handed on to marshmallow
        super().__init__(**options)
        self.words = words if isinstance(words, Mapping) else dict.fromkeys(words, "")

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return the words, and their meanings as the description."""
        meanings = [f"`{word}`: {meaning}" for word, meaning in self.words.items() if meaning]
        return choice_of(self.words) | ({"description": " ".join(meanings)} if meanings else {})


class Items(List[Any]):
    """A list whose items go out as their field says."""

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the array."""
        return {"type": "array", "items": member(self.inner, refer)}


class OpenObject(Shown):
    """An object of any members; ``values`` is the JSON Schema of each. Not null, unless said."""

    def __init__(
        self,
        component: str,
        description: str,
        *,
        values: Mapping[str, object] | None = None,
        **options: Any,  # noqa: ANN401 - handed on to marshmallow
    ) -> None:
        super().__init__(**options)
        open_to = {"additionalProperties": dict(values)} if values else {}
        self.part = PlainComponent(
            component=component,
            schema={"type": "object", "description": description, **open_to},
        )

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the reference to it."""
        return refer(self.part)
