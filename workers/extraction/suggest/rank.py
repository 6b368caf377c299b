"""The groups of a page in the order in which they are likely to be wanted."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush, heappushpop
from typing import Final

from workers.extraction.suggest.groups import Group, candidate_groups
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.score import Scored, Scorer

_GIVES_WAY: Final = 0.7
_HIGHEST: Final = 30  # elements that are climbed
_SCORED: Final = 12
_NO_BLOCK: Final = frozenset({"body", "table", "tbody", "thead", "tfoot", "ul", "ol", "main"})


def ranked(scorer: Scorer, most: int) -> list[Scored]:
    """Return at most ``most`` groups of the page, the best first; no two mean the same records."""
    scored = _promising(scorer)
    scored.sort(key=lambda one: (one.surrounds, -one.score, one.group.members[0]))
    found: list[Scored] = []
    seen: set[tuple[int, ...]] = set()
    for one in scored:
        whole = _whole(one, scored, scorer.outline)
        climbed = climb(scorer.outline, whole.group)
        final = whole if climbed is whole.group else scorer.score(climbed)
        if final.group.members not in seen:
            seen.add(final.group.members)
            found.append(final)
        if len(found) == most:
            break
    return found


def _promising(scorer: Scorer) -> list[Scored]:
    """Return the scores of all groups that may be among the best; of others a bound is enough."""
    groups = candidate_groups(scorer.outline)
    bounds = sorted(((-scorer.bound(group), index) for index, group in enumerate(groups)))
    scored: list[Scored] = []
    best: list[float] = []
    for bound, index in bounds:
        if len(best) == _SCORED and -bound < best[0]:
            break
        one = scorer.score(groups[index])
        if one.score <= 0:
            continue
        scored.append(one)
        if len(best) < _SCORED:
            heappush(best, one.score)
        else:
            heappushpop(best, one.score)
    return scored


def _whole(one: Scored, scored: Sequence[Scored], outline: Outline) -> Scored:
    """Return the group of the same kind that ``one`` is a part of: odd rows are half a list."""
    members = set(one.group.members)
    best = one
    for other in scored:
        theirs = other.group.members
        if (
            len(theirs) > len(best.group.members)
            and outline.tags[theirs[0]] == outline.tags[one.group.members[0]]
            and other.score >= _GIVES_WAY * one.score
            and members.issubset(theirs)
        ):
            best = other
    return best


def climb(outline: Outline, group: Group) -> Group:
    """Return the outermost elements that hold one member each: ``td > b`` is a row's."""
    for _ in range(_HIGHEST):
        if outline.parents[group.members[0]] == outline.parents[group.members[1]]:
            break
        parents = [outline.parents[member] for member in group.members]
        tags = {outline.tags[parent] for parent in parents}
        if len(set(parents)) < len(parents) or len(tags) > 1 or tags & _NO_BLOCK:
            return group
        group = Group(tuple(parents))
    return group
