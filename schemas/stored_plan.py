"""A plan as it is stored with its process: JSON, and the version of the values that it is made of.

A plan is made of its payload once, when the process is inserted. Whoever works on the process later
loads it without another check, so a release that checks more strictly ends no process that runs. A
plan of another version says nothing to this one: it is made of the payload again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from hashlib import sha256
from typing import Any, get_args, get_type_hints

import orjson

from schemas import registry
from schemas.analysis import Analysis
from schemas.plan import Capture, Plan

_NAME = "is"
_VARIANTS = {
    kind.__name__: kind for union in (Capture, Analysis) for kind in get_args(union) or (union,)
}
"""Where a value may be of several classes, its JSON says of which, in a member ``is``."""


def dump_plan(plan: Plan) -> str:
    """Return ``plan`` as JSON: ``{"version", "plan"}``, without members that have their default."""
    return orjson.dumps({"version": version(), "plan": _dumped(plan)}).decode()


def restore_plan(stored: object) -> Plan | None:
    """Return the plan of what ``dump_plan`` gave, parsed; None for another version's."""
    if not isinstance(stored, Mapping) or stored.get("version") != version():
        return None
    plan: Plan = _restored(Plan, stored["plan"])
    return plan


@cache
def version() -> str:
    """Return what changes with the shape of a plan's values, and with the names it may hold."""
    families = (registry.FETCHERS, registry.OUTPUTS, registry.SERP_ENGINES, registry.ANALYSES)
    made_of = (sorted(_shapes(Plan)), [sorted(family) for family in families])
    return sha256(repr(made_of).encode()).hexdigest()[:16]


def _shapes(kind: Any) -> set[str]:  # noqa: ANN401 - a type
    """Return each class that values of ``kind`` may be made of, with its members, as text."""
    if not is_dataclass(kind):
        return set().union(*map(_shapes, get_args(kind)))
    hints = _hints(kind)  # type: ignore[arg-type]
    members = [(one.name, repr(hints[one.name]), repr(_default(one))) for one in fields(kind)]
    return {repr((repr(kind), members))}.union(*map(_shapes, hints.values()))


def _dumped(value: Any) -> Any:  # noqa: ANN401 - any value of a plan
    if is_dataclass(value):
        members = ((one, getattr(value, one.name)) for one in fields(value))
        held = {one.name: _dumped(each) for one, each in members if each != _default(one)}
        name = type(value).__name__
        return {_NAME: name, **held} if name in _VARIANTS else held
    return [_dumped(one) for one in value] if isinstance(value, tuple) else value


def _default(member: Field[Any]) -> Any:  # noqa: ANN401 - any value of a plan
    if member.default_factory is not MISSING:
        return member.default_factory()
    return member.default


def _restored(kind: Any, sent: Any) -> Any:  # noqa: ANN401 - a type, and any value of a plan
    if isinstance(sent, dict):
        members = dict(sent)
        made = _VARIANTS.get(members.pop(_NAME, ""), _class_in(kind))
        hints = _hints(made)
        return made(**{name: _restored(hints[name], held) for name, held in members.items()})
    if isinstance(sent, list):
        among = get_args(kind)
        kinds = [among[0]] * len(sent) if among[-1] is ... else among
        return tuple(map(_restored, kinds, sent))
    return sent


@cache
def _class_in(kind: Any) -> Any:  # noqa: ANN401 - a type
    """Return ``kind``, or the class that it names beside None."""
    return next(one for one in (kind, *get_args(kind)) if is_dataclass(one))


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    return get_type_hints(kind)
