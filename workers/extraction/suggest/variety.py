"""Whether values differ enough to be worth a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

_SAME: Final = 0.95  # of the values may be one and the same


def varies(values: Iterable[str]) -> bool:
    """Whether ``values`` hold words or numbers, and are not all the same label."""
    told = [value for value in values if any(map(str.isalnum, value))]
    if len(told) < 2:  # noqa: PLR2004 - one value differs from nothing
        return False
    return Counter(told).most_common(1)[0][1] <= _SAME * len(told)
