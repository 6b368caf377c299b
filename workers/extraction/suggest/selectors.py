"""Selectors put together from parts, cheapest first, and matched without the engine.

What a part matches is asked of the engine once a page; what a combination of parts matches is
arithmetic on these sets. Classes and attributes that are words go first, positions last: what a
page says of its elements lasts longer than where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from workers.errors import ExtractError, ExtractTimeout
from workers.extraction.complexity import cost_of
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.parts import Part, features
from workers.extraction.suggest.slots import sample

_ALIKE: Final = 14  # elements whose parts are compared
_MOST_PARTS: Final = 5
_CHEAP: Final = 4
_LONGEST: Final = 0.25  # seconds of one question to the engine, on the worst page of this size
_DEEPEST: Final = 200  # levels, beyond which ancestors are not asked


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector: a compound of parts, and what an ancestor or the parent is.

    ``steps`` are the compounds above the element, nearest first, each with whether it has to be the
    parent of the one below it.
    """

    price: int
    parts: tuple[str, ...]
    steps: tuple[tuple[bool, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        text = _joined(self.parts)
        for is_parent, parts in self.steps:
            text = f"{_joined(parts)} > {text}" if is_parent else f"{_joined(parts)} {text}"
        return text


def _joined(parts: tuple[str, ...]) -> str:
    """Return a compound as CSS: a name goes before all else."""
    return "".join(sorted(parts, key=lambda part: not part[0].isalpha()))


class Finder:
    """Matches selectors on one page; what was matched once is remembered."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._found: dict[str, list[int]] = {}
        self._sets: dict[tuple[str, ...], frozenset[int]] = {}
        self._features: dict[int, dict[str, int]] = {}

    def matches(self, selector: str) -> list[int]:
        """Return the numbers of the elements that match, in document order; -1 beyond them."""
        found = self._found.get(selector)
        if found is None:
            numbers = self.outline.numbers
            nodes = self._select(selector)
            found = self._found[selector] = [numbers.get(node.mem_id, -1) for node in nodes]
        return found

    def _select(self, selector: str) -> list[LexborNode]:
        """Ask the engine, if the answer is certain to come soon."""
        outline = self.outline
        if cost_of(selector).seconds(len(outline), outline.deepest) > _LONGEST:
            return []
        try:
            return outline.tree.select(selector)
        except ExtractTimeout:
            raise
        except ExtractError:  # It is no selector.
            return []

    def of(self, parts: tuple[str, ...]) -> frozenset[int]:
        """Return the elements that match all of ``parts``."""
        found = self._sets.get(parts)
        if found is None:
            found = frozenset(self.matches(parts[0]))
            for part in parts[1:]:
                found &= self.of((part,))
            self._sets[parts] = found
        return found

    def holds(self, selector: Selector, element: int) -> bool:
        """Whether the ancestors of ``element`` are as the selector says."""
        if element < 0 or self.outline.depths[element] > _DEEPEST:  # Nothing is known of it.
            return True
        self.outline.tree.budget.step()
        parents = self.outline.parents
        for is_parent, parts in selector.steps:
            wanted = self.of(parts)
            element = parents[element]
            while element not in wanted:
                if is_parent or element < 0:
                    return False
                element = parents[element]
        return True

    def parts(self, elements: Sequence[int], *, anchor: bool = False) -> list[Part]:
        """Return the simple selectors that all ``elements`` match, the most lasting first.

        ``anchor``: what is looked for are their ancestors, where an id is as good as a class.
        """
        shared: dict[str, int] | None = None
        for element in sample(elements, _ALIKE):
            mine = self._features_of(element, anchor=anchor)
            if shared is None:
                shared = mine
            else:
                shared = {text: price for text, price in shared.items() if text in mine}
        listed = [(price, text) for text, price in (shared or {}).items()]
        listed.sort(key=lambda part: (part[0], len(part[1]), part[1]))
        return [part for part in listed[:12] if self.of((part[1],)).issuperset(elements)]

    def _features_of(self, element: int, *, anchor: bool) -> dict[str, int]:
        key = -1 - element if anchor else element
        found = self._features.get(key)
        if found is None:
            found = self._features[key] = dict(features(self.outline, element, anchor=anchor))
        return found


Levels = Sequence[Sequence[Part]]
"""The parts of an element, then those of its ancestors, nearest first."""


def alone(parts: Sequence[Part]) -> list[Selector]:
    """Return the selectors of one part that no combination is cheaper than."""
    return [Selector(price, (text,)) for price, text in parts if price <= _CHEAP]


def combined(levels: Levels) -> list[Selector]:
    """Return selectors of one or two levels, cheapest first."""
    own = [Selector(price, (text,)) for price, text in levels[0][:_MOST_PARTS]]
    own += list(_compounds(levels[0][:_MOST_PARTS]))
    offers = list(own)
    for height, level in enumerate(levels[1:], start=1):
        for price, text in level[:_MOST_PARTS]:
            for one in own:
                total = one.price + price + height
                offers.append(Selector(total, one.parts, ((False, (text,)),)))
                if height == 1:
                    offers.append(Selector(total + 1, one.parts, ((True, (text,)),)))
    offers.sort(key=_order)
    return offers


def three_levels(levels: Levels) -> list[Selector]:
    """Return selectors of three levels, cheapest first."""
    offers = []
    for price, text in levels[0][:2]:
        for low in range(1, len(levels)):
            for low_price, middle in levels[low][:2]:
                for high in range(low + 1, len(levels)):
                    for high_price, outer in levels[high][:3]:
                        steps = ((low == 1, (middle,)), (False, (outer,)))
                        total = price + low_price + high_price + high
                        offers.append(Selector(total, (text,), steps))
    offers.sort(key=_order)
    return offers


def _order(selector: Selector) -> tuple[int, int, int]:
    return selector.price, len(selector.steps), len(selector.parts)


def _compounds(parts: Sequence[Part]) -> Iterator[Selector]:
    """Yield pairs of parts of one element: ``tr.row``, ``.row.card``."""
    for index, (price, text) in enumerate(parts):
        for other_price, other in parts[index + 1 :]:
            if not (text[0].isalpha() and other[0].isalpha()):
                yield Selector(price + other_price + 1, (text, other))


def first_that(
    selectors: Iterable[Selector],
    finder: Finder,
    spoils: Callable[[Iterator[int]], bool],
    extras: Callable[[tuple[str, ...]], Sequence[int]],
) -> Selector | None:
    """Return the first of ``selectors`` whose extra matches do not spoil it.

    ``extras``: what the parts of an element match beside what is wanted.
    """
    for selector in selectors:
        left = (extra for extra in extras(selector.parts) if finder.holds(selector, extra))
        if not spoils(left):
            return selector
    return None


def first_right(
    selectors: Iterable[str],
    finder: Finder,
    is_right: Callable[[list[int]], bool],
    *,
    most: int = 40,
) -> str | None:
    """Return the first of ``selectors`` whose matches are right, by asking the engine."""
    tried: set[str] = set()
    for selector in selectors:
        if selector in tried:
            continue
        tried.add(selector)
        if is_right(finder.matches(selector)):
            return selector
        if len(tried) >= most:
            break
    return None
