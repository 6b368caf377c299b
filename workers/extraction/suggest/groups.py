"""Which elements may be the records of one list: children of one parent, and paths of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from workers.extraction.suggest.outline import Outline

_SHORTEST: Final = 20  # characters, in all members together
_LIGHTEST: Final = 0.01  # of the page's text
_MOST: Final = 120
_MOST_CLASSES: Final = 4  # of an element, that make groups

_NO_RECORDS = """
    area br button caption col colgroup form hr img input label legend link map meta option picture
    script select source style sub sup tbody tfoot thead wbr
    """
_NEVER: Final = frozenset(_NO_RECORDS.split())


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that may be the blocks of one list, by number, in document order."""

    members: tuple[int, ...]


def candidate_groups(outline: Outline) -> list[Group]:
    """Return the groups of a page that hold enough text to be looked at, the heaviest first."""
    length = outline.length
    weighed = []
    for members in dict.fromkeys(map(tuple, _all_groups(outline))):
        weight = sum(length[member] for member in members)
        if weight >= _SHORTEST or weight >= _LIGHTEST * outline.total:
            weighed.append((-weight, members[0], len(members), members))
    weighed.sort()
    return [Group(members) for *_, members in weighed[:_MOST]]


def _all_groups(outline: Outline) -> Iterable[list[int]]:
    """Return elements that have a parent, a path or their surroundings in common."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number in range(1, len(outline)):
        tag = outline.tags[number]
        if outline.unseen[number] or tag in _NEVER or _heads(outline, number):
            continue
        parent, path = outline.parents[number], outline.paths[number]
        for kind in _kinds(outline, number):
            groups.setdefault((0, parent, tag, kind), []).append(number)
            groups.setdefault((1, path, kind), []).append(number)
        around = _surroundings(outline, number)
        if around:
            groups.setdefault((2, tag, around), []).append(number)
    return (members for members in groups.values() if len(members) > 1)


def _heads(outline: Outline, number: int) -> bool:
    """Whether an element is a table's row without a cell of data."""
    if outline.tags[number] != "tr":
        return False
    return all(outline.tags[child] != "td" for child in outline.children[number])


def _kinds(outline: Outline, number: int) -> Iterator[object]:
    """Yield what tells an element apart from others at its path: classes, cells of a row."""
    yield ""
    yield from outline.classes[number][:_MOST_CLASSES]
    cells = outline.children[number]
    is_row = outline.tags[number] == "tr" and len(cells) > 1
    if is_row and all(outline.tags[cell] == "td" for cell in cells):
        yield len(cells)


def _surroundings(outline: Outline, number: int) -> tuple[str, ...]:
    """Return how the two elements around one are called; nothing where neither has a class.

    Two tables of one kind list the same things, at whatever depth they stand.
    """
    parent = outline.parents[number]
    around = [above for above in (parent, outline.parents[parent]) if above > 0]
    if not any(outline.classes[above] for above in around):
        return ()
    return tuple(" ".join((outline.tags[above], *outline.classes[above])) for above in around)
