"""What a schema takes or gives, as JSON Schema (2020-12): the source of the OpenAPI document.

Each field says it beside its check, so that a member is written once: name, bounds, words and the
sentence about it. Every object gets a name of its own, a component of the document, for programs
that make clients from it turn each into a class. apispec's plugin for marshmallow would find little
here: it knows marshmallow's own fields and validators, and ours are neither.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import Schema
from marshmallow.fields import Field

JsonSchema = dict[str, Any]


class Component(Protocol):
    """Something that the document names."""

    @property
    def component(self) -> str:
        """Its name, unlike all others."""

    def describe(self, refer: Refer) -> JsonSchema:
        """Return what stands under that name."""


class Refer(Protocol):
    """Puts a component into the document, once, and returns the reference to it."""

    def __call__(self, part: Component, /) -> JsonSchema:
        """Return ``{"$ref": …}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """A choice of components, such as the forms of a payload."""

    component: str
    description: str
    forms: tuple[Component, ...]

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the forms by reference."""
        return {"description": self.description, "anyOf": [refer(form) for form in self.forms]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """An array of one component."""

    component: str
    item: Component

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the array, its items by reference."""
        return {"type": "array", "items": refer(self.item)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainComponent:
    """A component that refers to no other."""

    component: str
    schema: Mapping[str, Any]

    def describe(self, _refer: Refer) -> JsonSchema:
        """Return it as it is."""
        return dict(self.schema)


def component_name(schema: type[Schema]) -> str:
    """Return the name of the class without what only the code needs."""
    return schema.__name__.removeprefix("_").removesuffix("Schema")


def about(owner: object) -> str:
    """Return the first paragraph of a class' docstring, as Markdown, in one line."""
    text = inspect.getdoc(type(owner)) or ""
    return " ".join(text.partition("\n\n")[0].replace("``", "`").split())


def member(field: Field[Any], refer: Refer) -> JsonSchema | None:
    """Return what the document says of a member; None for one that is refused."""
    said = field.json_schema(refer)  # type: ignore[attr-defined] # ours have it, or fail here
    if said is None:
        return None
    shape = {name: value for name, value in said.items() if name != "description"}
    text = " ".join(filter(None, (field.metadata.get("description"), said.get("description"))))
    return _nullable(shape, field) | _default(field) | ({"description": text} if text else {})


def _nullable(shape: JsonSchema, field: Field[Any]) -> JsonSchema:
    if not field.allow_none or not shape:
        return shape
    forms = shape.get("anyOf", [shape])
    return {"anyOf": [*forms, {"type": "null"}]}


def _default(field: Field[Any]) -> JsonSchema:
    default = field.load_default
    shown = isinstance(default, bool | int | float | str) and default != ""
    return {"default": default} if shown else {}


def choice_of(words: Iterable[str]) -> JsonSchema:
    """Return a string that is one of ``words``."""
    listed = list(words)
    return {"type": "string", **({"enum": listed} if len(listed) > 1 else {"const": listed[0]})}


def object_of(fields: Mapping[str, Field[Any]], refer: Refer, description: str) -> JsonSchema:
    """Return the object whose members are ``fields``, by the names that stand in JSON."""
    named = {field.data_key or name: field for name, field in fields.items()}
    members = {name: member(field, refer) for name, field in named.items()}
    required = [name for name, field in named.items() if field.required]
    return {
        "type": "object",
        "description": description,
        "properties": {name: shape for name, shape in members.items() if shape is not None},
        **({"required": required} if required else {}),
    }
