"""A selector for the link to the next page, that will give the next page's own link too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from workers.extraction.suggest.next_page import NextLink
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.page_links import near_above
from workers.extraction.suggest.parts import NAME, Part
from workers.extraction.suggest.positions import among_all
from workers.extraction.suggest.selectors import Finder, combined, first_right
from workers.extraction.urls import absolute, page_key

_SAID: Final = re.compile(r"[^\W\d_][^\"\\\n]{0,28}[^\W\d_]|[›»→>▶►❯]")
_SAYABLE: Final = re.compile(r"[^\"\\\n\d]{1,60}\Z")
_MOST_MATCHES: Final = 50
_LEVELS: Final = 3  # elements of a pager, from the link up


def next_selector(outline: Outline, finder: Finder, link: NextLink) -> str | None:
    """Return what gives ``link`` before any other page, or None.

    What is said of the link goes before where it stands: the next page's pager has other numbers.
    """
    own = page_key(outline.tree.url, routes=True)
    wanted = page_key(link.url, routes=True)

    def is_right(found: list[int]) -> bool:
        for number in found[:_MOST_MATCHES]:
            href = outline.attributes[number].get("href") if number >= 0 else None
            url = absolute(outline.tree.base, href, outline.tree.charset) if href else None
            if url is not None and (key := page_key(url, routes=True)) != own:
                return key == wanted
        return False

    return first_right(_Offers(outline, finder, link).all(), finder, is_right)


class _Offers:
    """Selectors that may give one link."""

    def __init__(self, outline: Outline, finder: Finder, link: NextLink) -> None:
        self._outline = outline
        self._finder = finder
        self._number = link.element
        self._text = link.text
        self._tag = outline.tags[link.element]
        around = [link.element, *near_above(outline, link.element)]
        self._levels = [finder.parts([number], anchor=True) for number in around]

    def all(self) -> Iterator[str]:
        if self._text.strip().isdigit():
            return self._beside_current()
        return chain(
            self._by_relation(), self._by_name(), self._by_text(), self._by_child(),
            map(str, combined(self._levels)), self._by_position(),
        )  # fmt: skip

    def _by_relation(self) -> Iterator[str]:
        relation = self._outline.attributes[self._number].get("rel") or ""
        if "next" in relation.lower().split():
            yield f'{self._tag}[rel~="next"]'

    def _by_name(self) -> Iterator[str]:
        """Yield names of the link, or around it, that say 'next'."""
        for height, level in enumerate(self._levels[:_LEVELS]):
            for _, text in level:
                if "next" in text.lower() or "older" in text.lower():
                    yield text if height == 0 else f"{text} {self._tag}"

    def _by_text(self) -> Iterator[str]:
        said = _SAID.search(self._text)
        if said:
            link = f'{self._tag}:lexbor-contains("{said[0]}")'
            yield link
            for text in self._above(2):
                yield f"{text} {link}"
        for name in ("title", "aria-label"):
            value = self._outline.attributes[self._number].get(name)
            if value and _SAYABLE.match(value):
                yield f'{self._tag}[{name}="{value}"]'

    def _by_child(self) -> Iterator[str]:
        for child in self._outline.children[self._number][:_LEVELS]:
            for _, text in self._finder.parts([child]):
                yield f"{self._tag}:has(> {text})"

    def _by_position(self) -> Iterator[str]:
        position = f"{self._tag}:nth-child({among_all(self._outline, self._number)})"
        for text in self._above(3):
            yield f"{text} > {self._tag}:last-child"
            yield f"{text} > :last-child > {self._tag}"
            yield f"{text} > {position}"
        yield position

    def _above(self, most: int) -> Iterator[str]:
        return (text for level in self._levels[1:] for _, text in level[:most])

    def _beside_current(self) -> Iterator[str]:
        """Yield selectors of what follows the current page's number."""
        outline, here, inner = self._outline, self._number, ""
        for number in (here, *islice(outline.above(here), _LEVELS - 1)):
            siblings = outline.children[outline.parents[number]]
            index = siblings.index(number)
            if index:
                yield from self._behind(siblings[index - 1], outline.tags[number] + inner)
                return
            inner = f" > {outline.tags[number]}{inner}"

    def _behind(self, before: int, tail: str) -> Iterator[str]:
        outline = self._outline
        parts: list[Part] = self._finder.parts([before], anchor=True)
        for _, text in parts:
            yield f"{text} + {tail}"
        for name in filter(NAME.match, outline.classes[before]):
            yield f".{name} + {tail}"
        for child in outline.children[before][:1]:
            for _, text in self._finder.parts([child], anchor=True):
                yield f"{outline.tags[before]}:has(> {text}) + {tail}"
            yield f"{outline.tags[before]}:not(:has({self._tag})) + {tail}"
