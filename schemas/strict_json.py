"""Reads JSON text strictly: what two readers could take in two ways is refused, with its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.faults import MAX_FAULTS, render_pointer, shown
from schemas.problem import Fault, Invalid

MAX_DEPTH = 32  # levels of arrays and objects
MAX_INTEGER = 2**63  # a number beyond it is changed by many a reader on the way
MAX_DIGITS = 20  # digits and sign of any integer below MAX_INTEGER

_MESSAGE = "The body is not JSON that can be read in one way only."
# The closing quote may be missing: a string without end is then taken in one step, and a megabyte
# of quotes is not looked at again from each of them.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Stands in the tree where a value can't be used, until its place is known."""

    detail: str


class _Doubled(dict[str, object]):
    """An object in which at least one name came twice."""

    twice: tuple[str, ...] = ()


def loads(data: bytes, *, max_depth: int = MAX_DEPTH) -> object:
    """Return the value of the JSON text ``data`` (UTF-8, RFC 8259; a byte order mark is skipped).

    Raises ``Invalid`` for text that is empty or no JSON, duplicate names, NaN and Infinity, numbers
    that don't survive (beyond 64 bits or the range of a double), nesting beyond ``max_depth``
    levels, lone surrogates and NUL. Takes linear time and constant stack, whatever ``data`` holds.
    """
    text = _decode(data)
    _check_depth(text, max_depth)
    value = _parse(text)
    faults = _faults_in(value)
    if faults:
        raise Invalid(faults, _MESSAGE)
    return value


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        detail = f"Byte {error.start} is not UTF-8: send the JSON text encoded as UTF-8."
        raise Invalid([Fault("", detail)], _MESSAGE) from error
    if not text.strip(" \t\r\n"):
        raise Invalid([Fault("", "The body is empty: send a JSON value.")], _MESSAGE)
    return text


def _check_depth(text: str, max_depth: int) -> None:
    """Refuse deep nesting before the parser, which recurses, sees it."""
    depth = 0
    for token in _TOKEN.finditer(text):
        kind = token[0][0]
        if kind in "[{":
            depth += 1
        elif kind in "]}":
            depth -= 1
        if depth > max_depth:
            detail = f"Arrays and objects are nested beyond {max_depth} levels: flatten them."
            raise Invalid([Fault("", detail)], _MESSAGE)


def _parse(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        what = error.msg.removesuffix(" starting at")
        detail = f"The body is not JSON: {what} at {place}. Correct the text there."
        raise Invalid([Fault("", detail)], _MESSAGE) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: set[str] = set()
    twice = [name for name, _ in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    doubled = _Doubled(plain)
    doubled.twice = tuple(dict.fromkeys(twice))
    return doubled


def _constant(word: str) -> _Wrong:
    return _Wrong(f"{word} is no JSON number: leave the member out, or send a string.")


def _float(text: str) -> float | _Wrong:
    value = float(text)
    if math.isfinite(value):
        return value
    return _Wrong(f"{shown(text)} is beyond the range of a double: send a smaller number.")


def _integer(text: str) -> int | _Wrong:
    if len(text) <= MAX_DIGITS and -MAX_INTEGER <= (value := int(text)) < MAX_INTEGER:
        return value
    return _Wrong(f"{shown(text)} is beyond 64 bits: send a smaller number, or a string.")


# A place is a chain of (place of the parent, token): rendered only for a fault, so that a long
# name above many values is not copied for each of them.
_Place = tuple["_Place", str | int] | None


def _faults_in(value: object) -> list[Fault]:
    """Return up to ``MAX_FAULTS`` faults in document order."""
    faults: list[Fault] = []
    stack: list[tuple[object, _Place]] = [(value, None)]
    while stack and len(faults) < MAX_FAULTS:
        item, place = stack.pop()
        faults.extend(Fault(_pointer(place), detail) for detail in _details(item))
        if isinstance(item, dict):
            stack.extend((child, (place, name)) for name, child in reversed(item.items()))
        elif isinstance(item, list):
            last = len(item) - 1
            stack.extend((item[last - n], (place, last - n)) for n in range(len(item)))
    return faults[:MAX_FAULTS]


def _details(item: object) -> Iterator[str]:
    """Yield what is wrong with one value itself."""
    if isinstance(item, _Wrong):
        yield item.detail
    elif isinstance(item, str) and (found := _UNFIT.search(item)):
        yield f"The string holds {_code_point(found[0])}, which is no text: remove it."
    elif isinstance(item, dict):
        if isinstance(item, _Doubled):
            yield from (f"The name {shown(n)} comes twice: keep one of them." for n in item.twice)
        strange = (found for name in item if (found := _UNFIT.search(name)))
        yield from (
            f"A member name holds {_code_point(found[0])}, which is no text: remove it."
            for found in strange
        )


def _code_point(character: str) -> str:
    return "NUL" if character == "\0" else f"the lone surrogate U+{ord(character):04X}"


def _pointer(place: _Place) -> str:
    tokens: list[str | int] = []
    while place is not None:
        place, token = place
        tokens.append(token)
    return render_pointer(reversed(tokens))
