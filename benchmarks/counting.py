"""What it costs to count the records of a file, beside what it costs to write the file.

CPU seconds of one process, records in memory: the writer of each format alone, and the counting.
``different``: every value is another one, the worst there is; ``shop``: prices, stock and ratings
come again. With ``--check`` all figures are compared with a second, plain count.

    python -m benchmarks.counting --count 1000000 --fields 10 --check
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

import orjson

from benchmarks.rig.recount import recounted
from benchmarks.rig.table import say
from schemas import registry
from schemas.payload import load_plan
from schemas.plan import Plan
from workers import plugins
from workers.stats.tally import FileStats, Tally

LINE = "{:<10} {:<9} {:>8} {:>10}"
NEAR = 0.065  # of an estimate: four standard errors
Record = dict[str, Any]


def different(number: int, fields: int) -> Record:
    """Return a record all of whose values are its own."""
    return {f"F{n}_text": f"value {number} & name {n} of a row" for n in range(fields)}


def shop(number: int, fields: int) -> Record:
    """Return a record of a shop: a third of its columns is different in each."""
    forms = (
        f"Amber lamp & Co. {number}",
        f"{number * 37 % 20_000 / 100:.2f}",
        "In stock" if number % 7 else "Out of stock",
        f"https://shop.test/item/{number}.html",
        str(number % 5 + 1),
        f"2026-11-{number % 28 + 1:02}",
    )
    return {f"F{n}_text": forms[n % len(forms)] for n in range(fields)}


KINDS: dict[str, Callable[[int, int], Record]] = {"different": different, "shop": shop}


def plan_of(fields: int, output: str) -> Plan:
    """Return the plan of such records."""
    columns = [{"name": f"F{n}", "selector": "a", "type": 1} for n in range(fields)]
    request = {"url": "http://site.test/"}
    sent = {"name": "m", "format": output, "request": request, "fields": columns}
    return load_plan(sent)


def seconds_of(work: Iterable[object]) -> float:
    """Return the CPU seconds that it takes to go through ``work``."""
    began = time.process_time()
    for _ in work:
        pass
    return time.process_time() - began


def wrong(stats: FileStats, records: list[bytes]) -> Iterator[str]:
    """Yield the figures that differ from a plain count."""
    for path, column in stats.columns.items():
        told, expected = asdict(column), recounted(map(orjson.loads, records), path)
        exact = [name for name in expected if name not in {"top", "distinct"}]
        yield from (f"{path}: {name}" for name in exact if told[name] != expected[name])
        off = abs(column.distinct - expected["distinct"])
        if off > (0 if column.distinct_exact else NEAR * expected["distinct"]):
            yield f"{path}: distinct"
        if column.top_exact and [one.count for one in column.top] != expected["top"]:
            yield f"{path}: top"


def main() -> None:
    """Measure both kinds of records, and compare where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="records")
    parser.add_argument("--fields", type=int, default=10, help="fields of a record")
    parser.add_argument("--check", action="store_true", help="count a second time, plainly")
    given = parser.parse_args()
    say(LINE.format("records", "what", "CPU s", "us/record"))
    for kind, make in KINDS.items():
        made = [orjson.dumps(make(number, given.fields)) for number in range(given.count)]
        tally = Tally(plan_of(given.fields, "jsonl"))
        took = {"counting": seconds_of(tally.through(made))}
        for name in sorted(registry.OUTPUTS):
            took[name] = seconds_of(plugins.output(plan_of(given.fields, name)).encode(made))
        for name, seconds in took.items():
            each = seconds / given.count * 1e6
            say(LINE.format(kind, name, f"{seconds:.1f}", f"{each:.2f}"))
        if given.check:
            faults = list(wrong(tally.stats(), made))
            say(f"{kind}: {', '.join(faults) or 'every figure equals the plain count'}")


if __name__ == "__main__":
    main()
