"""The places inside the blocks of a group: which element of one block answers to which of another.

A place is told by its path of names from the block down, by the column of a table's cell, by its
classes where one block has several such elements, and by position where all blocks have as many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.words import is_wordlike

_DEEPEST: Final = 40  # levels below the block
_MOST: Final = 600  # places
_MOST_ELEMENTS: Final = 40_000
_FEWEST_LABELLED: Final = 4  # links
_MOST_SPLIT: Final = 8  # positions

Occurrence = tuple[int, int]
"""The number of a member among those looked at, and that of an element inside it."""


@dataclass(slots=True, eq=False)
class Place:
    """One place: the elements at it, at most one a block unless ``repeats``."""

    tag: str
    parent: Place | None
    depth: int
    occurrences: list[Occurrence]
    holders: int
    label: str = ""
    children: list[Place] = field(default_factory=list)

    @property
    def elements(self) -> list[int]:
        """The elements by number, block by block."""
        return [element for _, element in self.occurrences]

    @property
    def repeats(self) -> bool:
        """Whether a block often has several of them."""
        return len(self.occurrences) > 1.15 * self.holders

    def above(self) -> Iterator[Place]:
        """Yield the places around this one, nearest first."""
        place = self.parent
        while place is not None:
            yield place
            place = place.parent


def places_of(outline: Outline, members: Sequence[int]) -> list[Place]:
    """Return the places inside ``members``, parents first; the first one is the member itself."""
    root = Place(outline.tags[members[0]], None, 0, list(enumerate(members)), len(members))
    places = [root]
    budget, left = outline.tree.budget, _MOST_ELEMENTS
    for place in places:
        budget.look()
        if place.depth >= _DEEPEST or len(places) >= _MOST or left <= 0:
            continue
        for part in _parts(outline, place):
            place.children.append(part)
            places.append(part)
            left -= len(part.occurrences)
    return places


def _parts(outline: Outline, place: Place) -> Iterator[Place]:
    """Yield the places that the children of a place's elements are at."""
    by_step: dict[str, list[Occurrence]] = {}
    children, tags, unseen = outline.children, outline.tags, outline.unseen
    for member, element in place.occurrences:
        column = 0
        for child in children[element]:
            tag = tags[child]
            if tag in {"td", "th"}:
                column += 1
                tag = f"td{column}"
            if not unseen[child]:
                by_step.setdefault(tag, []).append((member, child))
    for step, occurrences in by_step.items():
        tag = "td" if step.startswith("td") else step
        for label, part in _labelled(outline, tag, occurrences):
            for same in [part] if label else _split(outline, part):
                holders = len({member for member, _ in same})
                yield Place(tag, place, place.depth + 1, same, holders, label)


def _labelled(
    outline: Outline, tag: str, occurrences: list[Occurrence]
) -> Iterable[tuple[str, list[Occurrence]]]:
    """Tell links apart that say the same in every block: ``PDF``, ``Details``."""
    if (
        tag != "a"
        or len(occurrences) < _FEWEST_LABELLED
        or len({member for member, _ in occurrences}) == len(occurrences)
    ):
        return [("", occurrences)]
    by_text: dict[str, list[Occurrence]] = {}
    for member, element in occurrences:
        by_text.setdefault(outline.text(element, 40), []).append((member, element))
    if len(by_text) > max(1, min(_MOST_SPLIT, len(occurrences) // 3)) or "" in by_text:
        return [("", occurrences)]
    if any(len({member for member, _ in part}) < len(part) for part in by_text.values()):
        return [("", occurrences)]
    return by_text.items()


def _split(outline: Outline, occurrences: list[Occurrence]) -> Iterable[list[Occurrence]]:
    """Tell elements of one name apart, by their classes and then by their positions."""
    members = Counter(member for member, _ in occurrences)
    by_class: dict[frozenset[str], list[Occurrence]] = {}
    for occurrence in occurrences:
        names = frozenset(filter(is_wordlike, outline.classes[occurrence[1]]))
        by_class.setdefault(names, []).append(occurrence)
    if len(by_class) > 1:
        for merged in _merged(by_class):
            yield from _by_position(merged)
    elif len(members) == len(occurrences):
        yield occurrences
    else:
        yield from _by_position(occurrences)


def _merged(by_class: dict[frozenset[str], list[Occurrence]]) -> list[list[Occurrence]]:
    """Join those whose classes are a part of others' classes, and never stand beside them."""
    found: list[tuple[frozenset[str], set[int], list[Occurrence]]] = []
    for names, occurrences in sorted(by_class.items(), key=lambda entry: len(entry[0])):
        members = {member for member, _ in occurrences}
        for index, (known, theirs, joined) in enumerate(found):
            if known <= names and not members & theirs:
                found[index] = (known, theirs | members, sorted(joined + occurrences))
                break
        else:
            found.append((names, members, occurrences))
    found.sort(key=lambda entry: entry[2][0])
    return [occurrences for _, _, occurrences in found]


def _by_position(occurrences: list[Occurrence]) -> Iterable[list[Occurrence]]:
    counts = Counter(member for member, _ in occurrences)
    usual, often = Counter(counts.values()).most_common(1)[0]
    if not 1 < usual <= _MOST_SPLIT or often < 0.8 * len(counts):
        return [occurrences]
    parts: list[list[Occurrence]] = [[] for _ in range(usual + 1)]
    position: Counter[int] = Counter()
    for member, element in occurrences:
        parts[min(position[member], usual)].append((member, element))
        position[member] += 1
    return [part for part in parts if part]
