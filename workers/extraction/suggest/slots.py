"""What the members of a group hold at the same place: texts, link targets, pictures."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from workers.extraction.suggest.grids import is_grid_row
from workers.extraction.suggest.kinds import kind_of
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.positions import CELLS
from workers.extraction.suggest.words import is_wordlike

SAMPLED: Final = 14
"""Members that are looked at for a score, spread over the group."""

_GLANCED_AT: Final = 5
_MOST_INSIDE: Final = 1_600  # texts, links and pictures of all members that are looked at
_MOST_LINES: Final = 6
_MOST_POSITIONS: Final = 8
_LONGEST_LINE: Final = 60  # characters
_LONGEST: Final = 200  # characters of a value that are compared
_MODULUS: Final = (1 << 61) - 1
_FACTOR: Final = 1_000_003

LEAVES: Final = ("itemprop", "data-testid", "data-qa", "data-field")
TEXT, HREF, SRC = "text", "href", "src"

_PICTURES: Final = ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset")


@dataclass(slots=True)
class Slot:
    """One place inside the members. ``values`` are what each occurrence holds."""

    kind: str
    values: list[str] = field(default_factory=list)
    holders: int = 0
    last: int = -1
    counts: list[int] = field(default_factory=list)

    def add(self, member: int, value: str) -> None:
        """Count ``value``, which the member of that number holds."""
        if self.last != member:
            self.last = member
            self.holders += 1
            self.counts.append(0)
        self.counts[-1] += 1
        self.values.append(value)

    def distinct(self) -> float:
        """Return the share of different values."""
        return len(set(self.values)) / len(self.values)

    def repeats(self) -> float:
        """Return how many values a member has that has any."""
        return len(self.values) / self.holders


def sample(members: Sequence[int], most: int = SAMPLED) -> Sequence[int]:
    """Return at most ``most`` of ``members``, spread evenly, with the first and the last."""
    count = len(members)
    if count <= most:
        return members
    return [members[round(index * (count - 1) / (most - 1))] for index in range(most)]


class Tellings:
    """All that a page tells, in document order: each text, link target and picture with its path.

    A path is a number made of the names (of a table's cell, of its column) from the body down, in
    such a way that the path from any ancestor down is a subtraction.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._paths: list[int] = []
        self._powers = [1]
        self._numbers: list[int] = []
        self._kinds: list[tuple[str, str]] = []
        self._values: list[str] = []
        self._walk()

    def _walk(self) -> None:
        outline = self._outline
        cells: dict[int, int] = {}
        for number, tag in enumerate(outline.tags):
            parent = outline.parents[number]
            step = tag
            if tag in CELLS and not is_grid_row(outline, parent):
                cells[parent] = column = cells.get(parent, 0) + 1
                step = f"td{column}"
            above = self._paths[parent] if parent >= 0 else 0
            self._paths.append((above * _FACTOR + _number_of(step)) % _MODULUS)
            if not outline.unseen[number]:
                self._tell(number, tag)
        for _ in range(outline.deepest + 1):
            self._powers.append(self._powers[-1] * _FACTOR % _MODULUS)

    def _tell(self, number: int, tag: str) -> None:
        own, attributes = self._outline.own[number], self._outline.attributes[number]
        told = []
        lines = self._outline.lines.get(number)
        if lines and len(lines) <= _MOST_LINES and len(own) <= _LONGEST_LINE * len(lines):
            told += [
                (f"{TEXT}{index}", line)
                for index, line in enumerate(lines)
                if any(map(str.isalnum, line))
            ]
        elif own and any(map(str.isalnum, own)):
            told.append((TEXT, own))
        if attributes:
            href = attributes.get("href")
            if href:
                told.append((HREF, href))
            elif tag == "img":
                source = next(
                    (attributes[name] for name in _PICTURES if attributes.get(name)), None
                )
                if source:
                    told.append((SRC, source))
        if told:
            leaf = _leaf(self._outline, number) if attributes else ""
            for kind, value in told:
                self._numbers.append(number)
                self._kinds.append((kind, leaf))
                self._values.append(value[:_LONGEST])

    def most_in(self, members: Sequence[int]) -> int:
        """Return how much the fullest of some members tells."""
        numbers, ends = self._numbers, self._outline.ends
        return max(
            bisect_left(numbers, ends[member]) - bisect_left(numbers, member)
            for member in sample(members, _GLANCED_AT)
        )

    def slots(self, members: Sequence[int]) -> list[Slot]:
        """Return the slots of ``members``, in the order of first appearance."""
        slots: dict[tuple[int, tuple[str, str]], Slot] = {}
        outline, numbers, paths = self._outline, self._numbers, self._paths
        each = max(40, _MOST_INSIDE // len(members))
        for member in members:
            outline.tree.budget.look()
            base, depth = paths[member], outline.depths[member]
            first = bisect_left(numbers, member)
            last = min(bisect_left(numbers, outline.ends[member], first), first + each)
            for index in range(first, last):
                number = numbers[index]
                kind = self._kinds[index]
                path = (
                    paths[number] - base * self._powers[outline.depths[number] - depth]
                ) % _MODULUS
                slot = slots.get((path, kind))
                if slot is None:
                    slot = slots[path, kind] = Slot(kind[0])
                slot.add(member, self._values[index])
        return [part for slot in slots.values() for part in _told_apart(slot)]


def _leaf(outline: Outline, number: int) -> str:
    """Return the first word by which the page tells an element apart."""
    for name in LEAVES:
        value = outline.attributes[number].get(name)
        if value and is_wordlike(value):
            return value
    return next((name for name in outline.classes[number] if is_wordlike(name)), "")


def _told_apart(slot: Slot) -> list[Slot]:
    """Return a slot for each position, where members have as many values of different kinds."""
    count = slot.counts[0]
    same = all(other == count for other in slot.counts)
    if not (1 < count <= _MOST_POSITIONS and same and slot.holders > 1 and slot.kind != SRC):
        return [slot]
    positions = [slot.values[position::count] for position in range(count)]
    kinds = {kind_of(values[:_GLANCED_AT]) for values in positions} if slot.kind != HREF else {""}
    if len(kinds) == 1:
        return [slot]
    return [Slot(slot.kind, values, slot.holders, -1, [1] * slot.holders) for values in positions]


def _number_of(step: str) -> int:
    """Return a number for a name, the same in every process."""
    return int.from_bytes(step.encode()[-7:], "big") + 1
