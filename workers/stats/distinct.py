"""How many different values a column has: exactly, until there are too many to remember."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Final

from xxhash import xxh3_64_intdigest

from workers.stats.hyperloglog import HyperLogLog

EXACTLY: Final = 100_000  # different values of a column that are told apart
EXACTLY_TOGETHER: Final = 4_000_000  # of all columns of a file; 8 bytes each


class Distinct:
    """Counts by hashes of 64 bits: two of 100,000 values share one in a file of 10^9.

    A hash that is the same everywhere, unlike Python's own: the same file gives the same figures.
    """

    def __init__(self, limit: int = EXACTLY) -> None:
        self._limit = limit
        self._hashes = array("Q")
        self._sketch: HyperLogLog | None = None
        self._look_at = limit

    def add(self, texts: Iterable[str]) -> None:
        """Take more values."""
        hashes = map(xxh3_64_intdigest, map(str.encode, texts))
        if self._sketch is not None:
            self._sketch.add(hashes)
            return
        self._hashes.extend(hashes)
        if len(self._hashes) > self._look_at:
            self._look()

    def _look(self) -> None:
        """Forget what came twice; go over to an estimate where too many are left."""
        different = set(self._hashes)
        if len(different) > self._limit:
            self._sketch = HyperLogLog()
            self._sketch.add(different)
            self._hashes = array("Q")
            return
        self._hashes = array("Q", different)
        self._look_at = len(different) + self._limit // 2

    def result(self) -> tuple[int, bool]:
        """Return how many there are, and whether that is exact."""
        if self._sketch is None:
            self._look()
        if self._sketch is None:
            return len(self._hashes), True
        return self._sketch.estimate(), False
