"""Tells which records of one look at a page are those of the looks before (pure).

A record is told by its element where that lives on, and by its key (the value that stays while
others change) where elements are made anew or used again for another record. Equal records in
elements of their own are as many records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from workers.crawl.alignment import Pairs, aligned, gaps
from workers.extraction.marks import Marked
from workers.extraction.page import Record

MANY = 3
"""So many values that come again show a key; below that its place in the payload does."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One record, and its block where the browser marked it."""

    record: Record
    block: Marked | None = None


def paired(old: Sequence[Seen], new: Sequence[Seen], shown: Sequence[bool]) -> Pairs:
    """Return which of the ``old`` records the ``new`` ones are; those that are in none are new.

    ``shown``: whether each of the old ones was there in the last look.
    """
    before = [seen.record for seen, there in zip(old, shown, strict=True) if there]
    name = key_field(before, [seen.record for seen in new])
    pairs = _by_element(old, new, shown, name)
    taken = set(pairs.values())
    for news, olds in gaps(pairs, len(new), len(old)):
        free_new = [number for number in news if number not in pairs]
        free_old = [number for number in olds if number not in taken]
        if free_new and free_old:
            keys = [_key(old[number].record, name) for number in free_old]
            found = aligned(
                keys,
                [_key(new[number].record, name) for number in free_new],
                [shown[number] for number in free_old],
            )
            pairs |= {free_new[after]: free_old[then] for after, then in found.items()}
    return pairs


def key_field(before: Sequence[Record], after: Sequence[Record]) -> str:
    """Return the member of records that tells them apart: most of its values come again.

    Where too few do to know, it is the first in the payload that tells (nearly) all apart.
    """
    names = list(dict.fromkeys(name for record in (*after, *before) for name in record))
    again = {name: len(_single(before, name) & _single(after, name)) for name in names}
    best = max(names, key=lambda name: again[name])
    if again[best] >= max(MANY, min(len(before), len(after)) // 4):
        return best
    distinct = {name: len({_key(record, name) for record in after}) for name in names}
    return next(name for name in names if distinct[name] >= 0.9 * max(distinct.values()))


def _single(records: Sequence[Record], name: str) -> set[Hashable]:
    """Return the values of ``name`` that one record alone has."""
    counts = Counter(_key(record, name) for record in records if name in record)
    return {value for value, count in counts.items() if count == 1}


def _key(record: Record, name: str) -> Hashable:
    value = record.get(name)
    return tuple(value) if isinstance(value, list) else value


def _values(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _keeps(new: Record, old: Record, name: str) -> bool:
    """Whether ``new`` has the key of ``old``, or more: a block may be the whole list, and grow."""
    if name not in old:
        return True
    was, now = _values(old[name]), _values(new.get(name))
    return now[: len(was)] == was


def _by_element(
    old: Sequence[Seen], new: Sequence[Seen], shown: Sequence[bool], name: str
) -> Pairs:
    """Pair what stands in the same element, unless that is used for another record now."""
    if not any(seen.block for seen in new):
        return _grown(old, new)
    latest = sorted(range(len(old)), key=lambda number: shown[number])
    at = {block.mark: number for number in latest if (block := old[number].block)}
    same = {n: at[s.block.mark] for n, s in enumerate(new) if s.block and s.block.mark in at}
    other = {n: o for n, o in same.items() if not _keeps(new[n].record, old[o].record, name)}
    known = _recognised(old, new, other)
    few = 2 * len(other) < len(same)
    return {
        after: then
        for after, then in same.items()
        if after not in other
        or after in known
        or (few and _stays(new[after].block, old[then].block))
        or _is_stand_in(old, then)
    }


def _recognised(old: Sequence[Seen], new: Sequence[Seen], other: Pairs) -> set[int]:
    """Return which elements still lead where they led, or say what they said beside the key.

    One word may be the same by chance in another record: texts count if most have kept theirs.
    """
    links = Counter(link for seen in new if seen.block for link in seen.block.links)
    texts = Counter(text for seen in new if seen.block for text in seen.block.texts)
    by_link, by_text = set[int](), set[int]()
    for after, then in other.items():
        now, was = new[after].block, old[then].block
        if now is None or was is None:
            continue
        if any(links[link] == 1 for link in now.links & was.links):
            by_link.add(after)
        if any(texts[text] == 1 for text in now.texts & was.texts):
            by_text.add(after)
    return by_link | by_text if 2 * len(by_text) > len(other) else by_link


def _stays(new: Marked | None, old: Marked | None) -> bool:
    """Whether an element is as it was, whatever it holds: lists that use one again move it."""
    return new is not None and old is not None and new.attributes == old.attributes


def _is_stand_in(old: Sequence[Seen], number: int) -> bool:
    """Whether a record was like its neighbours, as what stands there while a list loads is."""
    near = (*old[max(number - 1, 0) : number], *old[number + 1 : number + 2])
    return any(seen.record == old[number].record for seen in near)


def _grown(old: Sequence[Seen], new: Sequence[Seen]) -> Pairs:
    """Pair all old records with the first new ones, if each of them holds what the old one did."""
    grew = len(old) <= len(new) and all(
        _keeps(after.record, then.record, name)
        for after, then in zip(new, old, strict=False)
        for name in then.record
    )
    return {number: number for number in range(len(old))} if grew else {}
