"""The filters of a field: their names, their spellings, and which of them take a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from schemas.dates import DateOptionsSchema
from schemas.json_schema import JsonSchema, Refer
from schemas.plan import DateOptions, Filter
from schemas.strict import StrictSchema
from schemas.values import Text, Word

NAMES: Final = {
    "trim": "trim",
    "normal": "normal",
    "uppercase": "uppercase",
    "lowercase": "lowercase",
    "capitalize": "capitalize",
    "concatinate": "concatinate",
    "concatenate": "concatinate",
    "regex": "regex",
    "collapse": "collapse",
    "number": "number",
    "date": "date",
}
"""Every spelling in lower case → the filter's name in a plan."""

WITH_PARAM: Final = frozenset({"concatinate", "number", "regex"})

MAKES_NUMBERS: Final = frozenset({"number"})
"""What they give is no text, so that no filter but ``normal`` can follow."""

DECIMAL_MARKS: Final = frozenset({".", ","})


class ParamField(Text):
    """A text, or for ``date`` an object."""

    def __init__(self, *, metadata: Mapping[str, str]) -> None:
        super().__init__(metadata=metadata)
        self.dates = DateOptionsSchema()

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return either."""
        return {"anyOf": [super().json_schema(refer), refer(self.dates)]}

    def _deserialize(self, value: object, *_: object, **__: object) -> Any:  # noqa: ANN401 - either
        if isinstance(value, Mapping):
            return self.dates.load(value)
        return super()._deserialize(value)


class FilterSchema(StrictSchema):
    """One thing that is done to a text.

    The syntax of an expression is the extraction's to check.
    """

    name = Word(NAMES, required=True)
    param = ParamField(
        metadata={
            "description": "Of `regex` the expression, of `concatinate` what stands between, of "
            "`number` the decimal mark (`.` or `,`) where the text alone can't tell; of `date` an "
            "object."
        }
    )

    @validates_schema
    def _check_kind(self, data: Mapping[str, Any], **_: object) -> None:
        name, param = data["name"], data.get("param")
        if name == "date" and isinstance(param, str):
            detail = 'The filter `date` takes an object here: {"languages": ["sk"]}.'
            raise ValidationError({"param": [detail]})
        if name in WITH_PARAM and isinstance(param, DateOptions):
            raise ValidationError({"param": [f"The filter `{name}` takes a string here."]})

    @validates_schema
    def _check_param(self, data: Mapping[str, Any], **_: object) -> None:
        name, param = data["name"], data.get("param", "")
        if name == "regex" and not param:
            detail = "The filter `regex` needs its expression here, for example `[0-9.]+`."
            raise ValidationError({"param": [detail]})
        if param and name not in WITH_PARAM | {"date"}:
            detail = f"The filter `{name}` takes no parameter: remove this member."
            raise ValidationError({"param": [detail]})
        if isinstance(param, str) and param and name == "number" and param not in DECIMAL_MARKS:
            detail = "The filter `number` takes the decimal mark here: `.` or `,`."
            raise ValidationError({"param": [detail]})

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Filter:
        name = data["name"]
        if name == "date":
            return Filter(name=name, dates=data.get("param") or DateOptions())
        return Filter(name=name, param=data.get("param") if name in WITH_PARAM else None)
