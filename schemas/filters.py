"""The filters of a field: their names, their spellings, and which of them take a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marshmallow import ValidationError, post_load, validates_schema

from schemas.plan import Filter
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
}
"""Every spelling in lower case → the filter's name in a plan."""

WITH_PARAM: Final = frozenset({"concatinate", "number", "regex"})

MAKES_NUMBERS: Final = frozenset({"number"})
"""What they give is no text, so that no filter but ``normal`` can follow."""

DECIMAL_MARKS: Final = frozenset({".", ","})


class FilterSchema(StrictSchema):
    """One thing that is done to a text.

    The syntax of an expression is the extraction's to check.
    """

    name = Word(NAMES, required=True)
    param = Text(
        metadata={
            "description": "Of `regex` the expression, of `concatinate` what stands between, of "
            "`number` the decimal mark (`.` or `,`) where the text alone can't tell."
        }
    )

    @validates_schema
    def _check_param(self, data: Mapping[str, str], **_: object) -> None:
        name, param = data["name"], data.get("param", "")
        if name == "regex" and not param:
            detail = "The filter `regex` needs its expression here, for example `[0-9.]+`."
            raise ValidationError({"param": [detail]})
        if param and name not in WITH_PARAM:
            detail = f"The filter `{name}` takes no parameter: remove this member."
            raise ValidationError({"param": [detail]})
        if param and name == "number" and param not in DECIMAL_MARKS:
            detail = "The filter `number` takes the decimal mark here: `.` or `,`."
            raise ValidationError({"param": [detail]})

    @post_load
    def _make(self, data: Mapping[str, str], **_: object) -> Filter:
        name = data["name"]
        return Filter(name=name, param=data.get("param") if name in WITH_PARAM else None)
