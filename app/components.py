"""The named schemas of the OpenAPI document: each is put there by what first refers to it."""

from __future__ import annotations

from typing import Final

from schemas.json_schema import Component, JsonSchema, ListOf, OneOf, PlainComponent

TEXT: Final = PlainComponent(component="Text", schema={"type": "string"})
FILE: Final = PlainComponent(
    component="File",
    schema={"type": "string", "format": "binary", "description": "Of the type that was asked for."},
)
DOCUMENT: Final = PlainComponent(
    component="Document", schema={"type": "object", "description": "An OpenAPI document."}
)
RECORDS: Final = ListOf(
    component="Records",
    item=PlainComponent(
        component="Record",
        schema={
            "type": "object",
            "additionalProperties": True,
            "description": "As the results file has it: its keys follow from the payload.",
        },
    ),
)


class Components:
    """Collects what is referred to, and whatever that refers to."""

    def __init__(self) -> None:
        self.schemas: dict[str, JsonSchema] = {}
        self._parts: dict[str, Component] = {}

    def __call__(self, part: Component) -> JsonSchema:
        """Return a reference to ``part``; two unlike parts of one name are a fault of ours."""
        name = part.component
        known = self._parts.setdefault(name, part)
        if type(known) is not type(part) or (
            isinstance(part, OneOf | PlainComponent) and known != part
        ):
            raise AssertionError(f"two components are called {name}")
        if name not in self.schemas:
            self.schemas[name] = {}  # a payload holds fields, and a field a payload
            self.schemas[name] = part.describe(self)
        return {"$ref": f"#/components/schemas/{name}"}
