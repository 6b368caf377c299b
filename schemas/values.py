"""Single values of a JSON document, each with its bounds and a sentence for what is outside."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar, Unpack

from marshmallow import ValidationError
from marshmallow.fields import Field

from schemas.faults import nearest, shown
from schemas.strict import MESSAGES, Options
from schemas.urls import check_url

T = TypeVar("T")

LONGEST_TEXT: Final = 10_000  # characters
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?")


class Value(Field[T]):
    """A field whose standard messages are sentences."""

    default_error_messages = MESSAGES


class Text(Value[str]):
    """A string of ``least`` to ``most`` characters; ``cure`` is said when there is none."""

    def __init__(
        self,
        *,
        least: int = 0,
        most: int = LONGEST_TEXT,
        cure: str = "",
        **options: Unpack[Options],
    ) -> None:
        super().__init__(**options)
        if cure:
            self.error_messages["required"] = cure
        self.least = least
        self.most = most
        self.cure = cure or "Give it some text."

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        if not isinstance(value, str):
            raise ValidationError("This must be a string: write it in double quotes.")
        if self.least and not value.strip():
            raise ValidationError(f"This is empty. {self.cure}")
        if len(value) > self.most:
            raise ValidationError(f"This is too long: keep it to {self.most} characters.")
        if "\0" in value:
            raise ValidationError("The string holds NUL, which is no text: remove it.")
        return value


class Url(Text):
    """An absolute http or https URL, blanks around it dropped."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        try:
            return check_url(super()._deserialize(value))
        except ValueError as error:
            if isinstance(error, ValidationError):
                raise
            raise ValidationError(str(error)) from error


class Word(Text):
    """One of the words ``words`` (spelling → what it means), in any letter case."""

    def __init__(
        self,
        words: Mapping[str, str] | Iterable[str],
        *,
        cure: str = "",
        **options: Unpack[Options],
    ) -> None:
        super().__init__(cure=cure, **options)
        pairs = words if isinstance(words, Mapping) else {word: word for word in words}
        self.words = {spelling.lower(): meaning for spelling, meaning in pairs.items()}
        names = ", ".join(f"`{word}`" for word in self.words)
        self.choice = f"one of {names}" if len(self.words) > 1 else names

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"This must be a string: {self.choice}.")
        word = value.strip().lower()
        if word in self.words:
            return self.words[word]
        near = nearest(word, self.words)
        hint = f" Did you mean `{near}`?" if near else ""
        raise ValidationError(f"{shown(value)} is not known here: use {self.choice}.{hint}")


class Whole(Value[int]):
    """An integer from ``low`` to ``high``; a string of digits is read alike, true and false not."""

    def __init__(self, low: int, high: int, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.low = low
        self.high = high

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


class Flag(Value[bool]):
    """True or false."""

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("This must be true or false, without quotes.")
        return value


class PassedOver(Field[None]):
    """A member that may stand there and is not looked at."""

    def __init__(self, *, data_key: str | None = None) -> None:
        super().__init__(allow_none=True, data_key=data_key)

    def _deserialize(self, *_: object, **__: object) -> None:
        return None


class Refused(Field[None]):
    """A member that is known elsewhere and has no sense here; ``detail`` says why."""

    def __init__(self, detail: str, *, data_key: str | None = None) -> None:
        super().__init__(allow_none=False, data_key=data_key, error_messages={"null": detail})
        self.detail = detail

    def _deserialize(self, *_: object, **__: object) -> None:
        raise ValidationError(self.detail)
