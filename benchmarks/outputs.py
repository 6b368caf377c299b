"""How fast the file formats are written: rows a second of CPU, and peak memory, each in a process.

python -m benchmarks.outputs --count 1000000 --fields 10
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterator

import orjson

from schemas import registry
from schemas.plan import Collection, Field, Plan, Request
from workers import plugins

VARIANTS = 1000  # different records, repeated


def _plan(fields: int, details: int) -> Plan:
    plain = [Field(name=f"F{n}", selector="a") for n in range(fields)]
    linked = [Field(name="Link", selector="a", details=1)] if details else []
    top = Collection(index=0, name="top", request=Request(), fields=(*plain, *linked))
    one = Collection(index=1, name="one", request=Request(), fields=tuple(plain), parent=0)
    return Plan(name="top", format="json", collections=(top, one) if details else (top,))


def _records(count: int, fields: int, details: int) -> Iterator[bytes]:
    """Yield texts of about 30 characters, some with what formats have to escape."""
    made = []
    for number in range(VARIANTS):
        row: dict[str, object] = {
            f"F{n}_text": f"value {number} & name {n} of a row" for n in range(fields)
        }
        made.append(orjson.dumps(row | {"Link_details": [row] * details} if details else row))
    for number in range(count):
        yield made[number % VARIANTS]


def measure(name: str, count: int, fields: int, details: int) -> str:
    """Return one line of the table for the format ``name``."""
    output = plugins.plugin(registry.OUTPUTS, name)(_plan(fields, details))
    started = time.process_time()
    size = sum(map(len, output.encode(_records(count, fields, details))))
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{name:6} {count / seconds:>12,.0f} {seconds:>9.1f} {peak:>8.0f} {size / 1e6:>10,.1f}"


def main() -> None:
    """Measure every format, or the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="records")
    parser.add_argument("--fields", type=int, default=10, help="fields of a record")
    parser.add_argument("--details", type=int, default=0, help="details records in each record")
    parser.add_argument("--format", choices=sorted(registry.OUTPUTS), action="append")
    given = parser.parse_args()
    print("format   rows/s CPU   seconds  peak MB    file MB")  # noqa: T201 - its purpose
    fresh = multiprocessing.get_context("spawn")  # so that each peak is the format's own
    for name in given.format or sorted(registry.OUTPUTS):
        with fresh.Pool(1) as pool:
            line = pool.apply(measure, (name, given.count, given.fields, given.details))
        print(line)  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
