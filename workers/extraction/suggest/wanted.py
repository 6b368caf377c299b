"""Values that a person wants to see in the records: where on the page they are."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.kinds import kind_of
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.places import Place


def plain(text: str) -> str:
    """Return the letters and digits of ``text``, case folded: how values are compared."""
    return "".join(filter(str.isalnum, normalize("NFKC", text).casefold()))


class WantedValues:
    """The wanted values of one page."""

    def __init__(self, outline: Outline, values: Sequence[str]) -> None:
        self._outline = outline
        self.values = [value for value in map(plain, values) if value]
        self._holders = [self._innermost(value) for value in self.values]

    def _innermost(self, value: str) -> list[int]:
        """Return the elements whose text holds ``value`` while no child's does."""
        outline = self._outline
        texts: dict[int, str] = {}
        found: list[int] = []
        level = [0] if value in plain(outline.text(0, 1_000_000)) else []
        while level:
            number = level.pop()
            inside = []
            for child in outline.children[number]:
                if outline.length[child] and not outline.unseen[child]:
                    texts[child] = plain(outline.text(child, 1_000_000))
                    if value in texts[child]:
                        inside.append(child)
            if inside:
                level += inside
            else:
                found.append(number)
            outline.tree.budget.look()
        return sorted(found)

    def in_some(self, members: Sequence[int]) -> bool:
        """Whether each value is inside some member."""
        ends = self._outline.ends
        return all(
            any(member <= holder < ends[member] for member in members for holder in holders)
            for holders in self._holders
        )

    def columns(self, places: Sequence[Place], known: Sequence[FieldColumn]) -> list[FieldColumn]:
        """Return columns for the values that no known column holds."""
        found = []
        for value, holders in zip(self.values, self._holders, strict=True):
            if any(value in plain(text) for column in known for text in column.values):
                continue
            elements = set(holders)
            place = next((p for p in reversed(places) if not elements.isdisjoint(p.elements)), None)
            if place is not None:
                texts = [self._outline.text(element) for element in place.elements]
                found.append(FieldColumn(place, ("text",), kind_of(texts), texts))
        return found

    def first(self, columns: Sequence[FieldColumn]) -> list[FieldColumn]:
        """Return ``columns``, those that hold a wanted value first."""

        def holds(column: FieldColumn) -> bool:
            texts = [plain(text) for text in column.values]
            return any(value in text for value in self.values for text in texts)

        return sorted(columns, key=lambda column: not holds(column))
