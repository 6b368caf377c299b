"""A slope over time and its 95 % confidence interval, honest about samples that hang together.

Samples a few seconds apart are no independent ones: a garbage collection or a new child moves many
of them together. So they are joined into blocks, the least-squares line goes through the blocks'
means, and what correlation is left between neighbours widens the interval: fewer blocks count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import NormalDist, fmean

BLOCKS = 12
FEWEST = 4  # blocks that count at least: a line has two parameters


@dataclass(frozen=True, slots=True)
class Slope:
    """``slope`` an hour, its interval, the mean level, and neighbours' correlation."""

    slope: float
    low: float
    high: float
    level: float
    correlation: float

    @property
    def flat(self) -> bool:
        """Whether it may be 0."""
        return self.low <= 0 <= self.high


def slope(times: Sequence[float], values: Sequence[float]) -> Slope:
    """Return the slope of ``values`` over ``times`` (seconds); ``ValueError`` for too few."""
    if len(values) < FEWEST:
        raise ValueError(f"a slope with an interval needs {FEWEST} samples, not {len(values)}")
    x = [mean / 3600 for mean in _blocks(times)]
    y = _blocks(values)
    centre, level = fmean(x), fmean(y)
    spread = sum((one - centre) ** 2 for one in x)
    steep = sum((a - centre) * (b - level) for a, b in zip(x, y, strict=True)) / spread
    rest = [b - level - steep * (a - centre) for a, b in zip(x, y, strict=True)]
    left = sum(one**2 for one in rest)
    correlation = max(0.0, sum(a * b for a, b in pairwise(rest)) / left) if left else 0.0
    counting = max(FEWEST, len(x) * (1 - correlation) / (1 + correlation))
    error = sqrt(left / (counting - 2) / spread)
    reach = student(counting - 2) * error
    return Slope(steep, steep - reach, steep + reach, level, correlation)


def _blocks(values: Sequence[float]) -> list[float]:
    count, blocks = len(values), min(BLOCKS, len(values))
    edges = [round(count * number / blocks) for number in range(blocks + 1)]
    return [fmean(values[low:high]) for low, high in pairwise(edges)]


def student(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t (Abramowitz and Stegun, 26.7.5)."""
    z, v = NormalDist().inv_cdf(0.975), freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
