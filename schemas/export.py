"""Export targets of a task: which members each kind takes, and which of them are secret."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import ValidationError

from schemas.faults import UnknownMember
from schemas.json_schema import JsonSchema, OneOf, PlainComponent, Refer
from schemas.registry import EXPORTS
from schemas.strict import NO_OBJECT
from schemas.values import Text, Url, Value, Word

LONGEST_OPTION: Final = 2_000  # characters
LONGEST_SECRET: Final = 20_000  # characters; a service account's JSON has about 2,500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """The members of one kind of target beside ``type``; all values are strings.

    ``credentials``: the sets of secret members, one of which must be there whole.
    ``aliases``: other spellings of a member.
    """

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    credentials: tuple[frozenset[str], ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def secret(self) -> frozenset[str]:
        """Every member that is never shown."""
        return frozenset().union(*self.credentials)

    @property
    def credentials_text(self) -> str:
        """The sets of secret members, in words."""
        ways = (" and ".join(f"`{name}`" for name in sorted(way)) for way in self.credentials)
        return ", or ".join(ways)

    @property
    def shown(self) -> frozenset[str]:
        """Every member that may be shown."""
        return self.required | self.optional


OPTIONS: Final[Mapping[str, ExportOptions]] = {
    "gcs": ExportOptions(
        required=frozenset({"bucket"}),
        optional=frozenset({"folder"}),
        credentials=(frozenset({"access_key", "secret_key"}), frozenset({"service_account"})),
        aliases={"prefix": "folder", "secret": "secret_key"},
    ),
    "dropbox": ExportOptions(
        optional=frozenset({"folder"}),
        credentials=(
            frozenset({"access_token"}),
            frozenset({"refresh_token", "app_key", "app_secret"}),
        ),
        aliases={"path": "folder"},
    ),
    "onedrive": ExportOptions(
        optional=frozenset({"folder"}),
        credentials=(
            frozenset({"access_token"}),
            frozenset({"refresh_token", "client_id", "client_secret"}),
        ),
        aliases={"path": "folder"},
    ),
    "s3": ExportOptions(
        required=frozenset({"endpoint", "bucket"}),
        optional=frozenset({"folder", "region"}),
        credentials=(frozenset({"access_key", "secret_key"}),),
        aliases={"prefix": "folder"},
    ),
}
"""Kind (a key of ``registry.EXPORTS``) → its members; the classes of the family read it here."""

_KIND = Word(EXPORTS.keys())
_PLAIN = Text(least=1, most=LONGEST_OPTION)
_OPTIONAL = Text(most=LONGEST_OPTION)
_SECRET = Text(least=1, most=LONGEST_SECRET)
_ENDPOINT = Url()


@dataclass(frozen=True, slots=True)
class _TargetForm:
    """One kind of target, as the API's document describes it."""

    kind: str

    @property
    def component(self) -> str:
        """The name of the class that does the work, or will."""
        return EXPORTS[self.kind].rpartition(":")[2]

    def describe(self, refer: Refer) -> JsonSchema:
        """Return its members, other spellings among them, as the table has them."""
        options = OPTIONS[self.kind]
        own = sorted(
            options.shown | options.secret, key=lambda name: (name not in options.required, name)
        )
        members = {name: _reader(options, name).json_schema(refer) for name in own}
        others = {
            alias: {**members[name], "description": f"The same as `{name}`."}
            for alias, name in options.aliases.items()
        }
        if "service_account" in members:
            members["service_account"] = {"anyOf": [members["service_account"], refer(_ACCOUNT)]}
        return {
            "type": "object",
            "description": f"Credentials: {options.credentials_text}.",
            "properties": {"type": {"type": "string", "const": self.kind}, **members, **others},
            "required": ["type", *sorted(options.required)],
            "additionalProperties": False,
        }


_ACCOUNT: Final = PlainComponent(
    component="ServiceAccount",
    schema={"type": "object", "description": "A service account's key file, as it was issued."},
)
_TARGET: Final = OneOf(
    component="ExportTarget",
    description="Where finished files are sent to.",
    forms=tuple(_TargetForm(kind) for kind in OPTIONS),
)


class ExportField(Value[dict[str, str]]):
    """One target as a flat object of strings: ``type``, options and credentials."""

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the reference to the kinds of targets."""
        return refer(_TARGET)

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValidationError(NO_OBJECT)
        kind = _kind_of(value)
        options = OPTIONS[kind]
        faults: dict[str, Any] = {}
        loaded = {"type": kind}
        for name, text in value.items():
            if name != "type":
                self._take(options, name, text, into=loaded, faults=faults)
        faults |= _missing(options, loaded.keys() | faults.keys())
        faults |= _no_credentials(options, loaded.keys() | faults.keys())
        if faults:
            raise ValidationError(faults)
        return loaded

    def _take(
        self,
        options: ExportOptions,
        name: str,
        text: object,
        *,
        into: dict[str, str],
        faults: dict[str, Any],
    ) -> None:
        """Put one member into the target, under its own name, or what is wrong with it."""
        own = options.aliases.get(name, name)
        if own not in options.shown | options.secret:
            faults[name] = [UnknownMember(name, {"type", *options.shown, *options.secret})]
        elif own in into:
            faults[name] = [f"`{own}` is given in two spellings: keep one of them."]
        else:
            try:
                into[own] = _load_option(options, own, text)
            except ValidationError as error:
                faults[name] = error.messages


def _kind_of(value: Mapping[str, object]) -> str:
    if "type" not in value:
        raise ValidationError({"type": [f"Say what kind of target this is: {_KIND.choice}."]})
    try:
        return _KIND.deserialize(value["type"]) or ""
    except ValidationError as error:
        raise ValidationError({"type": error.messages}) from error


def _load_option(options: ExportOptions, name: str, value: object) -> str:
    if name == "service_account" and isinstance(value, dict):
        value = json.dumps(value)
    return (_reader(options, name).deserialize(value) or "").strip()


def _reader(options: ExportOptions, name: str) -> Text:
    if name == "endpoint":
        return _ENDPOINT
    if name in options.secret:
        return _SECRET
    return _PLAIN if name in options.required else _OPTIONAL


def _missing(options: ExportOptions, there: Iterable[str]) -> dict[str, list[str]]:
    absent = sorted(options.required - set(there))
    return {name: ["This target needs it: add this member."] for name in absent}


def _no_credentials(options: ExportOptions, there: Iterable[str]) -> dict[str, list[str]]:
    if any(names <= set(there) for names in options.credentials):
        return {}
    detail = f"The credentials are missing or incomplete: give {options.credentials_text}."
    return {"_schema": [detail]}


def shown_export(target: Mapping[str, str]) -> dict[str, str]:
    """Return ``target`` without its credentials, as a task object shows it."""
    kind = target.get("type", "")
    names = OPTIONS[kind].shown if kind in OPTIONS else frozenset()
    return {"type": kind} | {name: text for name, text in target.items() if name in names}


def restored_exports(sent: object, stored: Sequence[Mapping[str, str]]) -> object:
    """Return the list ``sent``, in which targets sent back as they were shown are whole again.

    ``stored``: the task's targets with their credentials.
    """
    if not isinstance(sent, list):
        return sent
    return [next((one for one in stored if shown_export(one) == target), target) for target in sent]
