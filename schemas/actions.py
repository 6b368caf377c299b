"""What a browser page is asked to do, in both published spellings.

Nested: ``{"click": {"clickSelector": ".more"}}``; flat: ``{"clickSelector": ".more"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from marshmallow import ValidationError, post_load

from schemas.faults import UnknownMember
from schemas.json_schema import JsonSchema, Refer, about
from schemas.numbers import Whole
from schemas.plan import Action
from schemas.strict import NO_OBJECT, StrictSchema
from schemas.values import Text, Value

MOST_TIMES: Final = 1_000  # scrolls or clicks of one action
_SELECTOR_CURE = "Give the CSS selector of the element."


class InputSchema(StrictSchema):
    """Types text into an element."""

    selector = Text(data_key="inputSelector", required=True, least=1, cure=_SELECTOR_CURE)
    text = Text(data_key="inputText", required=True, cure="Give the text to type in.")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Action:
        return Action(kind="input", **data)


class ClickSchema(StrictSchema):
    """Clicks an element."""

    selector = Text(data_key="clickSelector", required=True, least=1, cure=_SELECTOR_CURE)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Action:
        return Action(kind="click", **data)


class WaitForSchema(StrictSchema):
    """Waits until an element is there."""

    selector = Text(data_key="waitForSelector", required=True, least=1, cure=_SELECTOR_CURE)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Action:
        return Action(kind="waitFor", **data)


class ScrollSchema(StrictSchema):
    """Scrolls down, or clicks an element, several times."""

    times = Whole(
        1, MOST_TIMES, data_key="paginate", load_default=1, metadata={"description": "How often."}
    )
    selector = Text(
        data_key="element",
        load_default="",
        metadata={"description": "CSS selector of what to click; empty: scroll."},
    )

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Action:
        return Action(kind="scroll", **data)


_SCHEMAS: Final[Mapping[str, StrictSchema]] = {
    "input": InputSchema(),
    "click": ClickSchema(),
    "waitFor": WaitForSchema(),
    "scroll": ScrollSchema(),
}
_OWNER: Final = {name: kind for kind, schema in _SCHEMAS.items() for name in schema.known}
_KNOWN: Final = (*_SCHEMAS, *_OWNER)


class ActionField(Value[Action]):
    """What to do in a page: one of these members."""

    component = "Action"

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the reference to what ``describe`` gives."""
        return refer(self)

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the nested spelling; the flat one is let in as well."""
        return {
            "type": "object",
            "description": about(self),
            "properties": {kind: refer(schema) for kind, schema in _SCHEMAS.items()},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }

    def _deserialize(self, value: object, *_: object, **__: object) -> Action:
        if not isinstance(value, dict):
            raise ValidationError(NO_OBJECT)
        nested = [name for name in value if name in _SCHEMAS]
        kinds = dict.fromkeys([*nested, *(_OWNER[name] for name in value if name in _OWNER)])
        if len(kinds) > 1:
            names = ", ".join(f"`{kind}`" for kind in kinds)
            raise ValidationError(f"This is more than one action ({names}): make each its own.")
        if not kinds:
            raise ValidationError(_nothing_known(value))
        kind = next(iter(kinds))
        return _load_nested(kind, value) if nested else _load(kind, value)


def _nothing_known(value: Mapping[str, object]) -> list[object] | dict[str, object]:
    if value:
        return {name: [UnknownMember(name, _KNOWN)] for name in list(value)[:10]}
    return ["The action is empty: say one of `input`, `click`, `waitFor`, `scroll`."]


def _load_nested(kind: str, value: Mapping[str, object]) -> Action:
    if len(value) > 1:
        strange = [name for name in value if name != kind][:10]
        raise ValidationError({name: [UnknownMember(name, [kind])] for name in strange})
    try:
        return _load(kind, value[kind])
    except ValidationError as error:
        raise ValidationError({kind: error.messages}) from error


def _load(kind: str, value: object) -> Action:
    action: Action = _SCHEMAS[kind].load(cast("Mapping[str, Any]", value))
    return action
