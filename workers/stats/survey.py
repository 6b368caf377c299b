"""What kinds of values a column has, and the least and the greatest of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar, cast

from workers.outputs.values import plain
from workers.stats.kinds import NUMBERS, Value, kind_of, kinds_of

T = TypeVar("T", str, float)

EXACT_UP_TO: Final = 2**53  # whole numbers that any reader of JSON takes as they are


class Survey:
    """Looks at values as they come; each look costs little where they are all of one kind."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self._texts: tuple[str, str] | None = None
        self._numbers: tuple[float, float] | None = None

    def add(self, values: Sequence[Value]) -> None:
        """Look at ``values``, one at least."""
        self.kinds.update(kinds_of(values))
        self._widen(values)

    def add_counted(self, counts: Mapping[Value, int]) -> None:
        """Look at values of which each came several times."""
        if not counts:
            return
        values = list(counts)
        kinds = kinds_of(values)
        if len(kinds) == 1:
            self.kinds.update(dict.fromkeys(kinds, sum(counts.values())))
        else:
            for value, times in counts.items():
                self.kinds[kind_of(value)] += times
        self._widen(values)

    def _widen(self, values: Sequence[Value]) -> None:
        texts = texts_of(values)
        self._texts = _around(self._texts, min(texts), max(texts))
        if self.kinds.keys() <= NUMBERS:
            numbers = list(map(float, values))
            self._numbers = _around(self._numbers, min(numbers), max(numbers))

    def bounds(self) -> tuple[Value | None, Value | None]:
        """Return the least and the greatest: as numbers where each value is one, else as texts."""
        if self.kinds.keys() <= NUMBERS and self._numbers is not None:
            return _shown(self._numbers[0]), _shown(self._numbers[1])
        return self._texts or (None, None)


def texts_of(values: Sequence[Value]) -> Sequence[str]:
    """Return ``values`` as a file without numbers would show them."""
    if set(map(type, values)) == {str}:
        return cast("Sequence[str]", values)
    return [value if isinstance(value, str) else plain(value) for value in values]


def _shown(number: float) -> float:
    """Return a whole number without a point behind it, while it is exact."""
    return int(number) if number.is_integer() and abs(number) <= EXACT_UP_TO else number


def _around(old: tuple[T, T] | None, least: T, greatest: T) -> tuple[T, T]:
    return (least, greatest) if old is None else (min(old[0], least), max(old[1], greatest))
