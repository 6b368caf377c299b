"""The selector of a group's blocks: exactly them, or what gives the same records."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.field_selectors import SELF
from workers.extraction.suggest.parts import Part
from workers.extraction.suggest.positions import step_to
from workers.extraction.suggest.selectors import (
    Finder,
    Selector,
    alone,
    combined,
    first_right,
    first_that,
    three_levels,
)

_HIGHEST: Final = 6  # elements above, whose parts are tried
_FARTHEST: Final = 12  # elements above, that a path goes up
_FULLEST: Final = 4  # columns whose elements tell blocks from others


class BlockSelectors:
    """Finds the selector of one group's blocks, its columns' being known."""

    def __init__(
        self, finder: Finder, members: Sequence[int], columns: Sequence[FieldColumn]
    ) -> None:
        self._finder = finder
        self._outline = finder.outline
        self._members = members
        self._set = frozenset(members)
        self._columns = columns
        self._extras: dict[tuple[str, ...], list[int]] = {}

    def select(self) -> str | None:
        """Return the selector, None where there is none.

        Matches without any column's value give no record, so that they do no harm: header rows.
        """
        finder, extras = self._finder, self._beside
        found = (
            first_that(alone(self._levels[0]), finder, _are_any, extras)
            or first_that(self._combined, finder, _are_any, extras)
            or first_that(self._combined, finder, self._give_more, extras)
            or first_that(three_levels(self._levels), finder, self._give_more, extras)
        )
        if found is not None:
            return str(found)
        return (
            first_right(self._having(), finder, self._gives_the_same)
            or first_right(self._counting_cells(), finder, self._gives_the_same)
            or first_right(self._paths(), finder, self._gives_the_same)
        )

    @cached_property
    def _levels(self) -> list[list[Part]]:
        """The parts that all members have, then those that all their ancestors have."""
        levels = [self._finder.parts(self._members)]
        above: Iterable[int] = self._members
        for _ in range(_HIGHEST):
            above = list(dict.fromkeys(self._outline.parents[number] for number in above))
            if above[0] <= 0:
                break
            levels.append(self._finder.parts(above, anchor=True))
        return levels

    @cached_property
    def _combined(self) -> list[Selector]:
        return combined(self._levels)

    def _beside(self, parts: tuple[str, ...]) -> list[int]:
        found = self._extras.get(parts)
        if found is None:
            found = self._extras[parts] = sorted(self._finder.of(parts) - self._set)
        return found

    @cached_property
    def _filled(self) -> list[int] | None:
        """All that the columns match in the page; None where it isn't known."""
        if any(column.selector == SELF or column.line for column in self._columns):
            return None
        matches = (self._finder.matches(column.selector) for column in self._columns)
        return sorted({match for found in matches for match in found})

    def _give_more(self, extra: Iterator[int]) -> bool:
        """Whether any of ``extra``, taken as a block, gives a record."""
        filled = self._filled
        if filled is None:
            return _are_any(extra)
        for number in extra:
            index = bisect_right(filled, number)
            inside = index < len(filled) and filled[index] < self._outline.ends[number]
            if number < 0 or inside:
                return True
        return False

    def _gives_the_same(self, found: list[int]) -> bool:
        extra = (number for number in found if number not in self._set)
        return self._set.issubset(found) and not self._give_more(extra)

    def _having(self) -> Iterator[str]:
        """Yield selectors of what holds a column."""
        fullest = sorted(self._columns, key=lambda column: -column.place.holders)[:_FULLEST]
        for column in fullest:
            if column.line or column.selector == SELF or ":has" in column.selector:
                continue
            for _, text in self._levels[0][:2]:
                block = f"{text}:has({column.selector})"
                yield block
                for level in self._levels[1:4]:
                    for _, above in level[:2]:
                        yield f"{above} > {block}"

    def _counting_cells(self) -> Iterator[str]:
        """Yield selectors of rows with as many cells as the members have."""
        outline = self._outline
        counts = {len(outline.children[member]) for member in self._members}
        if outline.tags[self._members[0]] != "tr" or len(counts) > 1:
            return
        row = f"tr:has(> td:nth-child({counts.pop()}):last-child)"
        yield row
        for level in self._levels[1:]:
            for _, above in level[:3]:
                yield f"{above} {row}"

    def _paths(self) -> Iterator[str]:
        """Yield paths of names, then of positions, from ever farther up."""
        outline = self._outline
        path = [outline.tags[self._members[0]]]
        above = sorted({outline.parents[member] for member in self._members})
        for _ in range(_FARTHEST):
            if above[0] <= 0:
                yield " > ".join(["body", *path])
                return
            for _, text in self._finder.parts(above, anchor=True)[:3]:
                yield " > ".join([text, *path])
            step = step_to(outline, above)
            if step is None:
                return
            path.insert(0, step)
            yield " > ".join(path)
            above = sorted({outline.parents[number] for number in above})


def _are_any(extra: Iterator[int]) -> bool:
    return next(extra, None) is not None
