"""How much a group of elements looks like the list that a page is visited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt
from typing import Final

from workers.extraction.suggest.groups import Group
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.slots import HREF, Slot, Tellings, sample

_CAPPED: Final = 600  # characters of a member that count: an article is no list
_IMAGE: Final = 8  # characters that an image is worth
_MOST_INFORMATION: Final = 2.6
_FEW: Final = {2: 0.15, 3: 0.5, 4: 0.75, 5: 0.82, 6: 0.88, 7: 0.93, 8: 0.97}
"""Members → factor: two or three of something are more often a layout than a list."""

_TORN: Final = 0.4  # the factor of few members that are not alike either
_FEWEST, _ALIKE = 3, 0.55  # members, and the regularity below which they are not alike
_LONE: Final = 0.55  # the factor of a list of bare labels
_CHROME: Final = 0.93  # of the score is lost in what surrounds the content
_USUAL: Final = 0.3  # of the members, that have a slot which counts
_LABEL: Final = 1 / 3
"""Of a slot's values are different at most: it holds a label or a button."""

_RARE, _REPEATING = 0.6, 0.4  # of the regularity, lost to slots of few members or in rows
_IN_ROWS: Final = 1.3  # values a member
_LEAST_REGULARITY: Final = 0.05
_SPREAD: Final = 1.5
"""Times as many slots as the fullest of some members has, a group may have."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A group with its score and what made it.

    ``chrome``: the share of the members that surround the content. ``varying``: slots, but for
    links' targets, that differ.
    """

    group: Group
    score: float
    coverage: float
    regularity: float
    chrome: float
    varying: int

    @property
    def surrounds(self) -> bool:
        """Whether it is a part of what surrounds the content."""
        return self.chrome > 1 / 2


class Scorer:
    """Scores groups of one page. ``chrome`` is a flag for each element."""

    def __init__(self, outline: Outline, chrome: Sequence[bool]) -> None:
        self.outline = outline
        self._chrome = chrome
        self._tellings = Tellings(outline)
        self._pictures = _pictures(outline)
        self._total = max(1, outline.total + _IMAGE * self._pictures[-1])

    def score(self, group: Group) -> Scored:
        """Return ``group`` with its score, 0 to about 2.6."""
        members = group.members
        slots = self._tellings.slots(sampled := sample(members))
        count = len(sampled)
        information, varying = _information(slots, count)
        regularity = _regularity(slots, count)
        filled = max((slot.holders for slot in slots), default=0) / count
        coverage, chrome = self._coverage(members), self._surrounding(members)
        few = _FEW.get(len(members), 1.0)
        if len(members) <= _FEWEST and regularity < _ALIKE:
            few *= _TORN
        lone = _LONE if varying <= 1 else 1.0
        score = sqrt(coverage) * information * regularity * filled * few * lone
        score *= 1 - _CHROME * chrome
        return Scored(group, score, coverage, regularity, chrome, varying)

    def bound(self, group: Group) -> float:
        """Return what the score can hardly exceed, for a hundredth of its price."""
        members = group.members
        told = self._tellings.most_in(members)
        information = min(log2(1 + _SPREAD * told), _MOST_INFORMATION)
        factor = _FEW.get(len(members), 1.0) * (_LONE if told <= 1 else 1)
        factor *= 1 - _CHROME * self._surrounding(members)
        return sqrt(self._coverage(members)) * information * factor

    def _surrounding(self, members: Sequence[int]) -> float:
        chrome = self._chrome
        return sum([chrome[member] for member in members]) / len(members)

    def _coverage(self, members: Sequence[int]) -> float:
        """Return the share of the page that ``members`` hold."""
        length, ends, pictures = self.outline.length, self.outline.ends, self._pictures
        texts = sum([min(length[member], _CAPPED) for member in members])
        images = sum([pictures[ends[member]] - pictures[member] for member in members])
        return min(1.0, (texts + _IMAGE * images) / self._total)


def _pictures(outline: Outline) -> list[int]:
    """Return how many images stand before each number, and in all."""
    counts = [0]
    for number, tag in enumerate(outline.tags):
        counts.append(counts[-1] + (tag == "img" and not outline.unseen[number]))
    return counts


def _information(slots: Sequence[Slot], count: int) -> tuple[float, int]:
    """Return how much differs from member to member, and in how many slots."""
    total, varying = 0.0, 0
    for slot in slots:
        support, distinct = slot.holders / count, slot.distinct()
        if distinct > _LABEL and support >= _USUAL and slot.holders > 1:
            total += support * distinct
            varying += slot.kind != HREF
    return min(log2(1 + total), _MOST_INFORMATION), varying


def _regularity(slots: Sequence[Slot], count: int) -> float:
    """Return how alike the members are: wrappers hold other lists, which repeat and differ."""
    usual = [slot for slot in slots if slot.holders >= _USUAL * count]
    if not usual:
        return _LEAST_REGULARITY
    mean = sum(slot.holders for slot in usual) / len(usual) / count
    rare = (len(slots) - len(usual)) / len(slots)
    repeating = sum(slot.repeats() > _IN_ROWS for slot in usual) / len(usual)
    return max(_LEAST_REGULARITY, mean - _RARE * rare - _REPEATING * repeating)
