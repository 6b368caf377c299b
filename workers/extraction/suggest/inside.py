"""Which block an element is inside of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workers.extraction.suggest.outline import Outline


class Inside:
    """The insides of some blocks, none of which is inside another."""

    def __init__(self, outline: Outline, members: Sequence[int]) -> None:
        self.members = members
        self._owners = {
            number: index
            for index, member in enumerate(members)
            for number in range(member + 1, outline.ends[member])
        }

    def block(self, number: int) -> int:
        """Return the index of the block that ``number`` is a proper descendant in, or -1."""
        return self._owners.get(number, -1)

    def within(self, numbers: Iterable[int]) -> list[int]:
        """Return those of ``numbers`` that are inside a block, in order."""
        owners = self._owners
        return sorted(number for number in numbers if number in owners)
