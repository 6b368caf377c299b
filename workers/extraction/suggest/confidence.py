"""How sure a candidate is: high, medium or low, by reasons that can be said aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.score import Scored

Confidence = Literal["high", "medium", "low"]

LEAST: Final = 0.1
"""The score below which there is no list worth a name."""

_HIGH: Final = 0.5
_MEDIUM: Final = 0.25
_RIVAL: Final = 0.5
"""Of the score: where another list of the page has more, a person has to choose."""
_FEW: Final = 4  # blocks
_REGULAR: Final = 0.35
_LOST: Final = 0.1  # of the blocks may give no record


def confidence_of(scored: Scored, rival: float, records: int) -> Confidence:
    """Return how sure it is that ``scored`` is the list the page is visited for.

    ``rival`` is the share of its score that the best other list of the page has, ``records`` how
    many records its payload gives.
    """
    blocks = len(scored.group.members)
    if scored.surrounds or scored.score < _MEDIUM or rival > 1:
        return "low"
    certain = (
        scored.score >= _HIGH
        and rival <= _RIVAL
        and blocks >= _FEW
        and scored.regularity >= _REGULAR
        and scored.varying > 1
        and records >= (1 - _LOST) * blocks - 1
    )
    return "high" if certain else "medium"


def rivalry(outline: Outline, one: Scored, others: Sequence[Scored]) -> float:
    """Return the share of its score that the best of ``others`` has which lists something else."""
    best = 0.0
    for other in others:
        if (
            other is one
            or (other.surrounds and not one.surrounds)
            or other.score <= best * one.score
        ):
            continue
        if not overlap(outline, one.group.members, other.group.members):
            best = other.score / one.score
    return best


def overlap(outline: Outline, some: Sequence[int], others: Sequence[int]) -> bool:
    """Whether any element of ``some`` is, holds, or is inside one of ``others``."""
    ends = outline.ends
    index = 0
    for member in some:
        while index < len(others) and ends[others[index]] <= member:
            index += 1
        if index < len(others) and others[index] < ends[member]:
            return True
    return False
