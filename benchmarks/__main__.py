"""Runs every measurement in turn, each in a process of its own: ``make bench``, ``BENCH=quick``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Options of one benchmark, and those that make it short."""

    usual: Sequence[str] = ()
    quick: Sequence[str]


MEASUREMENTS: Mapping[str, Measurement] = {
    "compare": Measurement(
        usual=("--rounds", "5", "--save", "docs/performance.md"),
        quick=("--rounds", "1", "--pages", "50"),
    ),
    "outputs": Measurement(quick=("--count", "100000")),
    "pages": Measurement(usual=("--pages", "20000"), quick=("--pages", "3000")),
    "api_latency": Measurement(
        quick=("--seconds", "10", "--pages", "12000"),
    ),
    "first_request": Measurement(quick=("--runs", "20", "--behind", "5", "--pages", "2000")),
    "two_workers": Measurement(quick=("--pages", "2000", "--rounds", "1")),
    "growth": Measurement(quick=("--sizes", "2000", "6000")),
    "frontier_model": Measurement(quick=("--commits", "30")),
    "read_records": Measurement(quick=("--records", "100000")),
    "simulated_workers": Measurement(quick=("--measure", "15", "--pages", "20000")),
    "suggest": Measurement(quick=("--seeds", "1")),
    "chrome_pages": Measurement(quick=("--pages", "40", "--cold-pages", "3", "--patience", "0")),
}


def main() -> None:
    """Run what is named, or everything; one that fails does not keep the others from running."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("size", nargs="?", choices=("usual", "quick"), default="usual")
    parser.add_argument("--only", choices=sorted(MEASUREMENTS), action="append")
    given = parser.parse_args()
    failed = []
    for name in given.only or MEASUREMENTS:
        options = list(getattr(MEASUREMENTS[name], given.size))
        sys.stdout.write(f"\n== python -m benchmarks.{' '.join([name, *options])}\n")
        sys.stdout.flush()
        began = time.monotonic()
        command = [sys.executable, "-m", f"benchmarks.{name}", *options]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - ours
            failed.append(name)
        sys.stdout.write(f"   ({time.monotonic() - began:.0f} s)\n")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
