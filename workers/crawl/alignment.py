"""Aligns two looks at a list: what is in order, what lies between, what was made anew (pure)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from difflib import SequenceMatcher

Pairs = dict[int, int]
"""Index of a record in the new look → in the old ones."""


def gaps(pairs: Mapping[int, int], new: int, old: int) -> list[tuple[range, range]]:
    """Return what lies between the pairs that are in order, in the new look and in the old ones."""
    found, at_new, at_old = [], 0, 0
    for after, then in [*_in_order(pairs), (new, old)]:
        found.append((range(at_new, after), range(at_old, then)))
        at_new, at_old = after + 1, then + 1
    return found


def _in_order(pairs: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return the most pairs that are in the same order in both (patience sorting)."""
    ends: list[int] = []
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for after in sorted(pairs):
        place = bisect_left(ends, pairs[after])
        before[after] = tops[place - 1] if place else None
        if place == len(ends):
            ends.append(0)
            tops.append(0)
        ends[place], tops[place] = pairs[after], after
    chain, at = [], tops[-1] if tops else None
    while at is not None:
        chain.append((at, pairs[at]))
        at = before[at]
    return chain[::-1]


def aligned(old: Sequence[Hashable], new: Sequence[Hashable], shown: Sequence[bool]) -> Pairs:
    """Pair equal keys of lists that were made anew, if enough of them are equal for one list."""
    blocks = [b for b in SequenceMatcher(None, old, new).get_matching_blocks() if b.size]
    pairs = {b.b + step: b.a + step for b in blocks for step in range(b.size)}
    if 0 in pairs and _goes_on(pairs, len(old), len(new)):
        return pairs
    pairs = {after: then for after, then in pairs.items() if shown[then]}
    pairs |= _crossing(old, new, shown, pairs)
    return pairs if 2 * len(pairs) > min(sum(shown), len(new)) else {}


def _goes_on(pairs: Pairs, old: int, new: int) -> bool:
    """Whether the new list begins with most of the end of the old one, or is a part of it again."""
    return 2 * len(pairs) > old - pairs[0] or 1 < len(pairs) == new


def _crossing(
    old: Sequence[Hashable], new: Sequence[Hashable], shown: Sequence[bool], pairs: Pairs
) -> Pairs:
    """Pair keys out of order that are in both lists once: the list was sorted anew."""
    taken = set(pairs.values())
    then = {key: n for n, key in enumerate(old) if shown[n] and n not in taken}
    counts = Counter(new), Counter(key for key, there in zip(old, shown, strict=True) if there)
    return {
        number: then[key]
        for number, key in enumerate(new)
        if number not in pairs and key in then and all(count[key] == 1 for count in counts)
    }
