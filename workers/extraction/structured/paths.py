"""Paths into structured data: ``Product.offers.price``, a type and the names that lead on from it.

Data is what JSON gives (a dict for an object, a list for several values), from whichever syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

Node = dict[str, object]
Resolve = Callable[[Node], Node]
"""Returns what a reference (``{"@id": …}``) stands for, or the object itself."""

ANY: Final = "*"
TYPE, ID, VALUE = "@type", "@id", "@value"
_WRAPPERS: Final = ("@list", "@set")

_PATH: Final = re.compile(r"(\*|[\w-]+)((?:\.@?[\w-]+(?:\[\d{0,3}\])*)*)")
_STEP: Final = re.compile(r"\.(@?[\w-]+)((?:\[\d{0,3}\])*)")
_INDEX: Final = re.compile(r"\[(\d+)\]")
_OTHERS: Final = re.compile("is[A-Z]")
_VOCABULARY: Final = re.compile("[/#:]")

DEEPEST: Final = 32  # levels of objects that are looked into, and steps of a path


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a path, and which of its values: those at ``indices``, one list in the other."""

    name: str
    indices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A type (in lower case, or ``*``) and the steps that lead on from its items."""

    type: str
    steps: tuple[Step, ...]


def parsed(text: str) -> Path | None:
    """Return the path that ``text`` spells, or None if it is none."""
    found = _PATH.fullmatch(text)
    steps = tuple(
        Step(name, tuple(map(int, _INDEX.findall(indices))))
        for name, indices in _STEP.findall(found[2] if found else "")
    )
    return None if found is None or len(steps) > DEEPEST else Path(found[1].lower(), steps)


def local(name: str) -> str:
    """Return a name without its vocabulary: ``https://schema.org/Product``, ``schema:Product``."""
    return _VOCABULARY.split(name.rstrip("/#:"))[-1] if _VOCABULARY.search(name) else name


def types_of(node: Mapping[str, object]) -> list[str]:
    """Return the names of an object's types, as the page spells them but for their vocabulary."""
    stated = node.get(TYPE)
    listed = stated if isinstance(stated, list) else [stated]
    return [local(one) for one in listed if isinstance(one, str) and one]


def is_type(node: Mapping[str, object], name: str) -> bool:
    """Whether an object is of the type ``name`` (in lower case), or of any type at all."""
    types = types_of(node)
    return bool(types) if name == ANY else name in map(str.lower, types)


def is_part(name: str) -> bool:
    """Whether a property leads to what belongs to its item, and not to another thing.

    Vocabularies name relations to others so: ``isRelatedTo``, ``isSimilarTo``, ``isVariantOf``.
    """
    return not _OTHERS.match(local(name))


def parts_of(node: Node) -> list[object]:
    """Return the values of those properties of an object."""
    return [value for name, value in node.items() if is_part(name)]


def values(node: Node, steps: tuple[Step, ...], resolve: Resolve) -> Iterator[object]:
    """Yield what ``steps`` lead to from ``node``: single values, in their order."""
    if not steps:
        yield node
        return
    step, rest = steps[0], steps[1:]
    for value in _chosen(_property(node, step.name), step.indices):
        if not rest:
            yield resolve(value) if isinstance(value, dict) else value
        elif isinstance(value, dict):
            yield from values(resolve(value), rest, resolve)


def _property(node: Node, name: str) -> object:
    if name in node:
        return node[name]
    return next((value for key, value in node.items() if local(key) == name), None)


def _chosen(value: object, indices: tuple[int, ...]) -> Iterator[object]:
    """Yield the single values of ``value``; lists in lists are one list unless told apart."""
    for index in indices:
        listed = _listed(value)
        if index >= len(listed):
            return
        value = listed[index]
    stack = [value]
    while stack:
        one = stack.pop()
        inner = _unwrapped(one)
        if isinstance(inner, list):
            stack.extend(reversed(inner))
        elif inner is not None:
            yield inner


def _listed(value: object) -> list[object]:
    inner = _unwrapped(value)
    return inner if isinstance(inner, list) else [inner]


def _unwrapped(value: object) -> object:
    """Return the values that JSON-LD wraps: ``{"@list": […]}``, ``{"@value": …}``."""
    if isinstance(value, dict):
        for name in (VALUE, *_WRAPPERS):
            if name in value:
                return value[name]
    return value
