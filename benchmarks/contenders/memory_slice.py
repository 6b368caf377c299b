"""The product's own slice, fetcher and extraction, with its frontier in memory: it keeps nothing.

What the whole stack costs beyond this is the price of durability. It runs in the product's
environment and imports the product, unlike the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.contenders.fields import FIELDS, IN_FLIGHT, ITEMS, NEXT, Row, run
from benchmarks.rig.memory import options
from schemas.payload import load_plan
from workers.crawl import run_slice
from workers.crawl.memory_ports import MemoryPorts
from workers.fetchers.base import FetcherOptions
from workers.fetchers.http.fetcher import HttpFetcher

NETWORKS = ("127.0.0.1/32",)


def payload(start: str, *, output: str = "jsonl", pages: int = 10_000) -> dict[str, object]:
    """Return the payload of a task that extracts the market behind ``start``."""
    fields = [
        {"name": name, "selector": selector, "type": 0, "attrs": [what]}
        for name, selector, what in FIELDS
    ]
    return {
        "name": "market",
        "request": {"url": start, "type": "base"},
        "commonParent": ".card",
        "fields": [
            {
                "name": "item",
                "selector": ITEMS.removeprefix(".card "),
                "type": 2,
                "details": {"name": "one", "fields": fields},
            }
        ],
        "paginator": {"nextPageSelector": NEXT, "pageNum": pages},
        "format": output,
    }


def row_of(record: dict[str, str]) -> Row:
    """Return a details record under the names that all contenders use."""
    return {name: record[f"{name}_{what}"] for name, _, what in FIELDS}


def crawl(start: str) -> Iterator[Row]:
    """Fetch all that ``start`` leads to."""
    plan = load_plan(payload(start), task_name="market")
    fetcher = HttpFetcher(FetcherOptions(allowed_networks=NETWORKS))
    ports = MemoryPorts(plan, fetcher, slots=IN_FLIGHT)
    run_slice(plan, ports, options(IN_FLIGHT), frozenset())
    for outcome in ports.done:
        for line in (outcome.records or "").splitlines():
            record = json.loads(line)
            if "item_href" not in record:
                yield row_of(record)


if __name__ == "__main__":
    run(crawl)
