"""One column of a file: how many records fill it, with what, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from xxhash import xxh3_64_hexdigest

from workers.stats.distinct import EXACTLY, Distinct
from workers.stats.kinds import Value
from workers.stats.survey import Survey, texts_of

COUNTED: Final = 10_000  # different values of a column that are counted each
COUNTED_ON: Final = 1_000  # of a column that has more: so few stay in a processor's cache
REMEMBERED: Final = 200  # characters of a value by which it is told from others
TOP: Final = 5
SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class CountedValue:
    """A value, and how often it came."""

    value: Value
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStats:
    """The figures of one column; ``values`` are single ones: a record may have several.

    ``shortest`` and ``longest`` are characters. ``least`` and ``greatest`` are numbers where every
    value is one, else texts. ``top``: counted exactly, or else at least so often.
    """

    records: int
    filled: int
    several: int
    values: int
    distinct: int
    distinct_exact: bool
    kinds: Mapping[str, int]
    shortest: int | None
    longest: int | None
    least: Value | None
    greatest: Value | None
    top: tuple[CountedValue, ...]
    top_exact: bool
    samples: tuple[Value, ...]


class ColumnTally:
    """Takes the values of a column as records have them: a value, a list of some, or None.

    While its different values are few, each is counted, and all else follows from that at the end.
    Beyond, they are looked at as they come, and only those are kept that come again and again.
    """

    def __init__(self, counted: int = COUNTED, distinct: int = EXACTLY) -> None:
        self._room = counted
        self._records = self._filled = self._several = self._values = 0
        self._shortest: int | None = None
        self._longest: int | None = None
        self._counts: Counter[Value] = Counter()
        self._samples: tuple[Value, ...] = ()
        self._pruned = False
        self._survey, self._distinct = Survey(), Distinct(distinct)

    @property
    def filled(self) -> int:
        """How many records have a value that is no empty text."""
        return self._filled

    def add(self, values: Sequence[object]) -> None:
        """Take the values of more records, in their order."""
        self._records += len(values)
        singles = self._texts(values) if set(map(type, values)) == {str} else self._mixed(values)
        if not singles:
            return
        self._values += len(singles)
        singles = self._measured(singles)
        self._counts.update(singles)
        if self._pruned:
            self._survey.add(singles)
            self._distinct.add(texts_of(singles))
        if len(self._counts) > self._room:
            self._prune()

    def _texts(self, values: Sequence[object]) -> Sequence[Value]:
        """Return what is filled of values that are texts, one a record."""
        empty = values.count("")
        self._filled += len(values) - empty
        return [value for value in values if value] if empty else values  # type: ignore[return-value, misc] # see above

    def _mixed(self, values: Iterable[object]) -> Sequence[Value]:
        singles: list[Value] = []
        for value in values:
            if isinstance(value, list):
                held = [one for one in value if isinstance(one, str | int | float) and one != ""]
                self._several += len(held) > 1
            elif isinstance(value, str | int | float) and value != "":
                held = [value]
            else:
                continue
            self._filled += bool(held)
            singles += held
        return singles

    def _measured(self, singles: Sequence[Value]) -> Sequence[Value]:
        """Note how long the texts are; returns them as they are remembered."""
        try:
            lengths = list(map(len, singles))  # type: ignore[arg-type] # numbers have none
        except TypeError:
            lengths = [len(one) for one in singles if isinstance(one, str)]
            if not lengths:
                return singles
        shortest, longest = min(lengths), max(lengths)
        if self._shortest is None or shortest < self._shortest:
            self._shortest = shortest
        if self._longest is None or longest > self._longest:
            self._longest = longest
        return singles if longest <= REMEMBERED else list(map(_remembered, singles))

    def _prune(self) -> None:
        """Forget the values that came least often, until half of the room is free."""
        counts, often = self._counts, 1
        if not self._pruned:
            self._pruned = True
            self._room = min(self._room, COUNTED_ON)
            self._samples = tuple(islice(counts, SAMPLES))
            self._survey.add_counted(counts)
            self._distinct.add(texts_of(list(counts)))
        while len(counts) > self._room // 2:
            counts = Counter({value: n for value, n in counts.items() if n > often})
            often *= 2
        self._counts = counts

    def stats(self) -> ColumnStats:
        """Return the figures; once."""
        counts, exact = self._counts, not self._pruned
        if exact:
            self._survey.add_counted(counts)
            self._samples = tuple(islice(counts, SAMPLES))
        different = (len(counts), True) if exact else self._distinct.result()
        least, greatest = self._survey.bounds()
        return ColumnStats(
            records=self._records,
            filled=self._filled,
            several=self._several,
            values=self._values,
            distinct=different[0],
            distinct_exact=different[1],
            kinds=dict(self._survey.kinds),
            shortest=self._shortest,
            longest=self._longest,
            least=least,
            greatest=greatest,
            top=tuple(
                CountedValue(value, times)
                for value, times in counts.most_common(TOP)
                if exact or times > 1
            ),
            top_exact=exact,
            samples=self._samples,
        )


def _remembered(value: Value) -> Value:
    """Return a long text as its beginning and a hash of all of it."""
    if not isinstance(value, str) or len(value) <= REMEMBERED:
        return value
    digest = xxh3_64_hexdigest(value.encode("utf-8", "replace"))
    return f"{value[: REMEMBERED - len(digest) - 1]}…{digest}"
