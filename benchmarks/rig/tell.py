"""Lines for the person in front."""

from __future__ import annotations

import sys
from statistics import quantiles


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def quantile_line(name: str, values: list[float]) -> str:
    """Return a line of quantiles, in milliseconds."""
    if len(values) < 2:  # noqa: PLR2004 - quantiles need two
        return f"  {name:<28} {values}"
    cuts = quantiles(values, n=100, method="inclusive")
    return (
        f"  {name:<28} p50 {cuts[49]:7.1f}  p90 {cuts[89]:7.1f}  p99 {cuts[98]:7.1f}"
        f"  most {max(values):7.1f} ms  ({len(values)})"
    )
