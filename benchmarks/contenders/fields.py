"""What every contender takes from the market's pages, and how it says what that cost.

``python -m benchmarks.contenders.NAME START_URL ROWS_FILE`` writes a JSON line for each item, in
any order, and prints its CPU and wall seconds, its imports and start left out.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

IN_FLIGHT = 32  # requests at once, for everybody

FIELDS = (
    ("title", "h1.title", "text"),
    ("price", ".product .price", "text"),
    ("sku", "td.sku", "text"),
    ("brand", "a.brand", "text"),
    ("rating", "td.rating b", "text"),
    ("stock", ".buy .stock", "text"),
    ("category", ".crumbs .category", "text"),
    ("about", ".about p", "text"),
    ("image", "img.main-image", "src"),
    ("maker", "a.brand", "href"),
)
"""Name, CSS selector, and what of the match: its text or an attribute with a URL."""

ITEMS, NEXT = ".card h3 a", "a.next"
"""Links of a listing page: to its items, and to the next page."""

Row = Mapping[str, str]


def run(crawl: Callable[[str], Iterable[Row]]) -> None:
    """Run ``crawl`` on the first listing page and report."""
    start, file = sys.argv[1:]
    wall, cpu = time.perf_counter(), time.process_time()
    rows = crawl(start)
    with Path(file).open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    used = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    sys.stdout.write(json.dumps(used) + "\n")
