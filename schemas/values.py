"""Single values of a JSON document, each with its bounds and a sentence for what is outside.

Numbers are in ``schemas.numbers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar, Unpack

from marshmallow import ValidationError
from marshmallow.fields import Field

from schemas.faults import nearest, shown
from schemas.json_schema import JsonSchema, PlainComponent, Refer, choice_of
from schemas.strict import MESSAGES, Options
from schemas.urls import LONGEST_URL, check_url

T = TypeVar("T")

LONGEST_TEXT: Final = 10_000  # characters


class Value(Field[T]):
    """A field whose standard messages are sentences, and that says in JSON Schema what it takes."""

    default_error_messages = MESSAGES

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return what values are taken, in their plainest form: not the spellings that are let in.

        A digit string for a number, or another letter case, is tolerated and left unsaid: programs
        that make clients from the document get one type for each member.
        """
        raise NotImplementedError


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

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return a string within the bounds."""
        least = {"minLength": self.least} if self.least else {}
        return {"type": "string", **least, "maxLength": self.most}

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

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return a string that is a URL."""
        return {"type": "string", "format": "uri", "maxLength": LONGEST_URL}

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        try:
            return check_url(super()._deserialize(value))
        except ValueError as error:
            if isinstance(error, ValidationError):
                raise
            raise ValidationError(str(error)) from error


class UrlOrNone(Url):
    """The same, or an empty string for none."""

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return a string: an empty one is no URL."""
        return {name: said for name, said in super().json_schema(refer).items() if name != "format"}

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        return "" if value == "" else super()._deserialize(value)


class Word(Text):
    """One of the words ``words`` (spelling → what it means), in any letter case.

    ``component``: a name for the choice, where several members have the same.
    """

    def __init__(
        self,
        words: Mapping[str, str] | Iterable[str],
        *,
        cure: str = "",
        component: str = "",
        **options: Unpack[Options],
    ) -> None:
        super().__init__(cure=cure, **options)
        self.component = component
        pairs = words if isinstance(words, Mapping) else {word: word for word in words}
        self.words = {spelling.lower(): meaning for spelling, meaning in pairs.items()}
        names = ", ".join(f"`{word}`" for word in self.words)
        self.choice = f"one of {names}" if len(self.words) > 1 else names

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return each meaning once; how else it may be spelt is said beside it."""
        meanings = list(dict.fromkeys(self.words.values()))
        plain = {meaning.lower() for meaning in meanings}
        others = ", ".join(f"`{word}`" for word in self.words if word not in plain)
        also = {"description": f"Also spelt {others}."} if others else {}
        shape = choice_of(meanings) | also
        if not self.component:
            return shape
        return refer(PlainComponent(component=self.component, schema=shape))

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"This must be a string: {self.choice}.")
        word = value.strip().lower()
        if word in self.words:
            return self.words[word]
        near = nearest(word, self.words)
        hint = f" Did you mean `{near}`?" if near else ""
        raise ValidationError(f"{shown(value)} is not known here: use {self.choice}.{hint}")


class Flag(Value[bool]):
    """True or false."""

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return a boolean."""
        return {"type": "boolean"}

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("This must be true or false, without quotes.")
        return value


class PassedOver(Field[None]):
    """A member that may stand there and is not looked at."""

    def __init__(self, *, data_key: str | None = None) -> None:
        super().__init__(allow_none=True, data_key=data_key)

    def json_schema(self, _refer: Refer) -> JsonSchema:
        """Return any value."""
        return {"description": "Accepted and ignored."}

    def _deserialize(self, *_: object, **__: object) -> None:
        return None


class Refused(Field[None]):
    """A member that is known elsewhere and has no sense here; ``detail`` says why."""

    def __init__(self, detail: str, *, data_key: str | None = None) -> None:
        super().__init__(allow_none=False, data_key=data_key, error_messages={"null": detail})
        self.detail = detail

    def json_schema(self, _refer: Refer) -> None:
        """Return that there is no such member."""

    def _deserialize(self, *_: object, **__: object) -> None:
        raise ValidationError(self.detail)
