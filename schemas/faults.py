"""Turns what a validation found into faults: one JSON pointer and one sentence for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from marshmallow.exceptions import SCHEMA

from schemas.problem import Fault

MAX_FAULTS: Final = 100
"""What one answer names at most: enough for a person, and bounded for the one who attacks."""

LONGEST_SHOWN = 60  # characters of the user's text that a sentence quotes
LONGEST_TOKEN = 200  # characters of a member name that a pointer repeats
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def shown(text: str) -> str:
    """Return ``text`` as a sentence quotes it: in backticks, cut, without control characters."""
    cut = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return "`" + _UNSAFE.sub("\ufffd", cut) + "`"


def render_pointer(tokens: Iterable[str | int], prefix: str = "") -> str:
    """Return the JSON pointer (RFC 6901) of ``tokens`` below ``prefix``.

    It ends above a name that is overlong or no text: what it then points to holds the fault.
    """
    parts = [prefix]
    for token in tokens:
        text = str(token)
        if len(text) > LONGEST_TOKEN or _UNSAFE.search(text):
            break
        parts.append("/" + text.replace("~", "~0").replace("/", "~1"))
    return "".join(parts)


class UnknownMember:
    """The sentence for a member that is not known; it looks for the near name when it is read."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(sorted(known))

    def __str__(self) -> str:
        near = nearest(self.name, self.known)
        if near:
            return f"{shown(self.name)} is not known here: did you mean `{near}`?"
        names = ", ".join(f"`{name}`" for name in self.known)
        return f"{shown(self.name)} is not known here: remove it. Known are {names}."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that ``name`` was most likely meant to be, or None."""
    if len(name) > LONGEST_SHOWN:
        return None
    plain = {_bare(word): word for word in known}
    close = get_close_matches(_bare(name), plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else None


def _bare(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()


def from_messages(messages: object, prefix: str = "") -> list[Fault]:
    """Return marshmallow's nested ``messages`` as up to ``MAX_FAULTS`` faults below ``prefix``."""
    found: dict[Fault, None] = {}
    for tokens, message in _walk(messages, ()):
        found[Fault(render_pointer(tokens, prefix), str(message))] = None
        if len(found) >= MAX_FAULTS:
            break
    return list(found)


def _walk(
    messages: object, tokens: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _walk(inner, tokens if key == SCHEMA else (*tokens, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _walk(inner, tokens)
    else:
        yield tokens, messages
