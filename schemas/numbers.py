"""Numbers of a JSON document, each with its bounds; a string of digits is read alike."""

from __future__ import annotations

import math
import re
from typing import Unpack

from marshmallow import ValidationError

from schemas.json_schema import JsonSchema, Refer
from schemas.strict import Options
from schemas.values import Value

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?")


class Whole(Value[int]):
    """An integer from ``low`` to ``high``; a string of digits is read alike, true and false not."""

    def __init__(self, low: int, high: int, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.low = low
        self.high = high

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return an integer within the bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def _deserialize(self, value: object, *_: object, **__: object) -> int:
        number = _as_whole(value)
        if number is None:
            raise ValidationError(f"This must be a whole number, {self._range}.")
        if not self.low <= number <= self.high:
            raise ValidationError(f"This is out of range: give a whole number, {self._range}.")
        return number

    @property
    def _range(self) -> str:
        return f"{self.low} to {self.high}"


def _as_whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return None


class Number(Value[float]):
    """A number from ``low`` to ``high``, of a ``unit`` if it has one; digits as a string too."""

    unit = ""

    def __init__(
        self, low: float, high: float, *, unit: str = "", **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        self.low = low
        self.high = high
        self.unit = unit or self.unit

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return a number within the bounds, and its unit."""
        unit = {"description": f"In {self.unit}."} if self.unit else {}
        return {"type": "number", "minimum": self.low, "maximum": self.high, **unit}

    def _deserialize(self, value: object, *_: object, **__: object) -> float:
        number = _as_number(value)
        if number is None or not math.isfinite(number):
            of = f" of {self.unit}" if self.unit else ""
            raise ValidationError(f"This must be a number{of}, {self._range}.")
        if not self.low <= number <= self.high:
            what = self.unit or "a number"
            raise ValidationError(f"This is out of range: give {what}, {self._range}.")
        return number

    @property
    def _range(self) -> str:
        return f"{self.low:g} to {self.high:g}"


class Seconds(Number):
    """A time in seconds."""

    unit = "seconds"


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return float(max(min(value, 2**63), -(2**63)))  # float() raises for a huger one
    if isinstance(value, float):
        return value
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        return float(value)
    return None
