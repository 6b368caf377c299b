"""The simple selectors that an element matches, with how likely it is that they last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.words import is_state, is_wordlike

Part = tuple[int, str]
"""A price and a simple selector: the lower, the likelier that it lasts."""

TELLING, WORD, NAMED, TAG, STABLE, LOOKS, OTHER = 1, 2, 2, 4, 6, 9, 12

_TELLING: Final = (
    "itemprop", "itemtype", "data-testid", "data-test", "data-qa", "data-field", "data-label",
    "data-name", "data-role", "data-type", "data-title", "data-th", "property", "role", "rel",
    "headers",
)  # fmt: skip
_LOOKS: Final = (
    "type", "bgcolor", "align", "valign", "width", "border", "cellpadding", "color", "size", "face",
    "target",
)  # fmt: skip
NAME: Final = re.compile(r"-?[A-Za-z_][\w-]*\Z", re.ASCII)
_STABLE: Final = re.compile(
    r"((?:[A-Za-z][A-Za-z]{2,}[-_]{1,3}){1,3})(?=[A-Za-z0-9-]*[0-9A-Z])[A-Za-z0-9-]{4,}\Z"
)
_PLAIN: Final = re.compile(r"(?!.*\d{3})[^\"\\\n\r\f\0]{1,40}\Z")
_TWO_DIGITS: Final = re.compile(r"\d{2}")


def features(outline: Outline, element: int, *, anchor: bool) -> Iterator[tuple[str, int]]:
    """Yield the simple selectors of an element with their prices; ``anchor``: its id, too."""
    tag = outline.tags[element]
    yield tag, TAG
    attributes = outline.attributes[element]
    if not attributes:
        return
    for name in outline.classes[element]:
        yield from _of_class(name)
    for name in attributes:
        if name in _TELLING_SET:
            value = attributes[name]
            if value and _PLAIN.match(value):
                yield f'[{name}="{value}"]', TELLING
        elif name in _LOOKS_SET:
            value = attributes[name]
            if value and _PLAIN.match(value):
                yield f'{tag}[{name}="{value}"]', LOOKS
    identity = attributes.get("id")
    if anchor and identity and NAME.match(identity) and is_wordlike(identity):
        yield f"#{identity}", NAMED


_TELLING_SET: Final = frozenset(_TELLING)
_LOOKS_SET: Final = frozenset(_LOOKS)


def _of_class(name: str) -> Iterator[tuple[str, int]]:
    if is_state(name):
        return
    if is_wordlike(name):
        if NAME.match(name):
            yield f".{name}", WORD
        elif _PLAIN.match(name):
            yield f'[class~="{name}"]', WORD
        return
    stable = _STABLE.match(name)
    if stable:
        yield f'[class*="{stable[1]}"]', STABLE
    elif NAME.match(name) and not _TWO_DIGITS.search(name):
        yield f".{name}", OTHER
