"""Selectors of a group's columns, inside its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.inside import Inside
from workers.extraction.suggest.parts import Part
from workers.extraction.suggest.places import Place
from workers.extraction.suggest.positions import among_alike, shared_alike, step_to
from workers.extraction.suggest.selectors import (
    Finder,
    Selector,
    alone,
    combined,
    first_right,
    first_that,
)

SELF: Final = "."
_HIGHEST: Final = 6  # elements above, whose parts are tried
_EXTRA: Final = 0.5  # of the blocks with a column; as many others may have a match, too
_SAYABLE: Final = re.compile(r"[^\"\\\n]+\Z")


class FieldSelectors:
    """Finds the selectors of one group's columns."""

    def __init__(self, finder: Finder, inside: Inside) -> None:
        self._finder = finder
        self._outline = finder.outline
        self._inside = inside
        self._parts: dict[int, list[Part]] = {}
        self._within: dict[tuple[str, ...], list[int]] = {}

    def select(self, column: FieldColumn) -> str | None:
        """Return what selects the column in every block, None where nothing does."""
        if column.line:
            return self._of_line(column)
        place = column.place
        if place.parent is None:
            return SELF
        wanted = _ElementsByBlock(place, self._inside)
        found = self._by_parts(place, wanted)
        if found is not None:
            return str(found)
        return first_right(self._by_position(place), self._finder, wanted.are)

    def _by_parts(self, place: Place, wanted: _ElementsByBlock) -> Selector | None:
        """Return the cheapest selector by what the page says of the elements."""

        def extras(parts: tuple[str, ...]) -> list[int]:
            within = self._within.get(parts)
            if within is None:
                within = self._within[parts] = self._inside.within(self._finder.of(parts))
            return [number for number in within if number not in wanted.elements]

        levels: list[Sequence[Part]] = [self._parts_of(place)]
        found = first_that(alone(levels[0]), self._finder, wanted.are_spoilt_by, extras)
        if found is not None:
            return found
        above = [one for one in place.above() if one.parent is not None]
        levels += map(self._parts_of, above[:_HIGHEST])
        return first_that(combined(levels), self._finder, wanted.are_spoilt_by, extras)

    def _parts_of(self, place: Place) -> list[Part]:
        found = self._parts.get(id(place))
        if found is None:
            found = self._parts[id(place)] = self._finder.parts(place.elements)
        return found

    def _by_position(self, place: Place) -> Iterator[str]:
        """Yield selectors by what links say, and then by counting from the element up."""
        if place.label and _SAYABLE.match(place.label):
            yield from self._by_text(place)
        path: list[str] = []
        for here in (place, *place.above()):
            if here.parent is None:
                for _, text in self._finder.parts(self._inside.members):
                    yield " > ".join([text, *path])
                return
            for _, text in self._parts_of(here)[:3] if path else ():
                yield f"{text} {path[0]}" if len(path) == 1 else " > ".join([text, *path])
            step = step_to(self._outline, here.elements)
            if step is None:
                return
            path.insert(0, step)
            yield " > ".join(path)

    def _by_text(self, place: Place) -> Iterator[str]:
        said = f'{place.tag}:lexbor-contains("{place.label}")'
        yield said
        for above in place.above():
            if above.parent is not None:
                for _, text in self._parts_of(above)[:3]:
                    yield f"{text} {said}"
                step = step_to(self._outline, above.elements)
                if step:
                    yield f"{step} {said}"

    def _of_line(self, column: FieldColumn) -> str | None:
        """Return the XPath of one line: CSS has no word for a text between two ``br``."""
        path = []
        reached = list(enumerate(self._inside.members))
        for place in reversed([column.place, *column.place.above()][:-1]):
            number = shared_alike(self._outline, place.elements)
            path.append(f"{place.tag}[{number}]" if number else place.tag)
            reached = [
                (member, child)
                for member, element in reached
                for child in self._outline.children[element]
                if self._outline.tags[child] == place.tag
                and number in {0, among_alike(self._outline, child)}
            ]
        if reached != column.place.occurrences:
            return None
        which = str(column.line)
        if column.label:
            which = f'starts-with(normalize-space(), "{column.label}")'
        given = "" if column.label else "[normalize-space()]"
        return "xpath:" + "/".join([*path, f"text(){given}[{which}]"])


class _ElementsByBlock:
    """The elements of a column, by block; others may be in blocks without any of them."""

    def __init__(self, place: Place, inside: Inside) -> None:
        self.elements = frozenset(place.elements)
        self._inside = inside
        self._by_block: dict[int, list[int]] = {}
        for member, element in place.occurrences:
            self._by_block.setdefault(member, []).append(element)

    def are(self, found: list[int]) -> bool:
        """Whether ``found`` is what is wanted."""
        inside = [number for number in found if self._inside.block(number) >= 0]
        extra = (number for number in inside if number not in self.elements)
        return self.elements.issubset(inside) and not self.are_spoilt_by(extra)

    def are_spoilt_by(self, extra: Iterator[int]) -> bool:
        """Whether matches that are not wanted stand beside those that are, or are too many."""
        seen: set[int] = set()
        for number in extra:
            block = self._inside.block(number)
            if block in self._by_block or block in seen:
                return True
            seen.add(block)
        return len(seen) > _EXTRA * len(self._by_block)
