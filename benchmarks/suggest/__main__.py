"""Measures how often suggest is right, by kind of page, with the list of misses.

python -m benchmarks.suggest                 layouts drawn by the generator
python -m benchmarks.suggest --folder PAGES  saved pages: SET/NAME.html.gz and SET/truth.json
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import thread_time
from typing import Any, Final

from benchmarks.suggest.layouts import LAYOUTS, SCRIPTS, drawn
from benchmarks.suggest.scoring import RIGHT, best_f1, normal, same_page
from workers.extraction.budget import Budget
from workers.extraction.source import Source, encode
from workers.extraction.suggest.suggest import Suggestions, suggest
from workers.extraction.xml_tree import tree_of

_ALL: Final = 5_000  # records
_SECONDS: Final = 30.0
_SEEDS: Final = 5
_COMPLETE: Final = frozenset({"drawn", "lists"})
"""Sets whose truth has all records."""


@dataclass(slots=True)
class SuggestTally:
    """What came of the pages of one set."""

    pages: int = 0
    lists: int = 0
    first: int = 0
    among: int = 0
    following: int = 0
    asked: int = 0
    sure: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page with its truth."""

    group: str
    name: str
    html: str
    truth: dict[str, Any]


def drawn_pages(seeds: int) -> Iterator[SavedPage]:
    """Yield each layout, some times in Latin letters and once in each other script."""
    for name in LAYOUTS:
        for script in SCRIPTS:
            for seed in range(seeds if script == "latin" else 1):
                page = drawn(name, seed, script)
                keys = [normal(key) for key in page.keys]
                truth = {"url": page.url, "keys": keys, "by": "text", "next": page.next}
                yield SavedPage("drawn", f"{name} {script} {seed}", page.html, truth)


def saved_pages(folder: Path) -> Iterator[SavedPage]:
    """Yield the pages of a folder, set by set."""
    for file in sorted(folder.glob("*/truth.json")):
        for name, truth in json.loads(file.read_text("utf-8")).items():
            packed = (file.parent / f"{name}.html.gz").read_bytes()
            html = gzip.decompress(packed).decode(truth.get("charset", "utf-8"), "replace")
            yield SavedPage(file.parent.name, name, html, truth)


def measure(page: SavedPage, tally: SuggestTally) -> None:
    """Add what is suggested for a page to the figures of its set."""
    tree = tree_of(Source(utf8=encode(page.html), url=page.truth["url"]), Budget(_SECONDS))
    began = thread_time()
    suggest(tree)
    tally.seconds.append((thread_time() - began) / max(1, tree.size()))
    found = suggest(tree, records=_ALL)
    tally.pages += 1
    if "keys" in page.truth:
        _measure_lists(page, found, tally)
    if "next" in page.truth:
        wanted = page.truth["next"]
        url = found.next.url if found.next else None
        right = any(
            same_page(url, one) for one in (wanted if isinstance(wanted, list) else [wanted])
        )
        tally.asked += 1
        tally.following += right
        if not right:
            tally.misses.append(f"{page.group} {page.name}: next {url}, not {wanted}")


def _measure_lists(page: SavedPage, found: Suggestions, tally: SuggestTally) -> None:
    complete = page.group in _COMPLETE
    scores = [best_f1(c.proof.records, page.truth, complete=complete) for c in found.candidates]
    if found.kind != "list" and found.reason in page.truth.get("nothing", ()):
        scores = [1.0]
    scores = scores or [0.0]
    tally.lists += 1
    tally.first += scores[0] >= RIGHT
    tally.among += max(scores) >= RIGHT
    if found.candidates and found.candidates[0].confidence == "high":
        tally.sure.append(scores[0] >= RIGHT)
    if scores[0] < RIGHT:
        shown = ", ".join(f"{score:.2f}" for score in scores)
        tally.misses.append(f"{page.group} {page.name}: F1 {shown}")


def _line(group: str, tally: SuggestTally) -> str:
    told = f"{group:8} {tally.pages:4} pages"
    if tally.lists:
        told += (
            f"  first {tally.first / tally.lists:.3f}  among five {tally.among / tally.lists:.3f}"
        )
    if tally.asked:
        told += f"  next {tally.following / tally.asked:.3f}"
    if tally.sure:
        told += f"  high is right {sum(tally.sure) / len(tally.sure):.3f} of {len(tally.sure)}"
    per_thousand = sum(tally.seconds) / len(tally.seconds) * 1e6
    return f"{told}  {per_thousand:.0f} ms CPU per 1,000 elements\n"


def main() -> None:
    """Print a line a set, and the misses."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suggest", description=__doc__)
    parser.add_argument("--folder", type=Path, help="saved pages, in place of drawn ones")
    parser.add_argument("--seeds", type=int, default=_SEEDS, help="pages of each layout")
    parser.add_argument("--misses", action="store_true", help="list what is not right")
    given = parser.parse_args()
    tallies: dict[str, SuggestTally] = {}
    for page in saved_pages(given.folder) if given.folder else drawn_pages(given.seeds):
        measure(page, tallies.setdefault(page.group, SuggestTally()))
    for group, tally in tallies.items():
        sys.stdout.write(_line(group, tally))
    if given.misses:
        sys.stdout.writelines(f"{miss}\n" for tally in tallies.values() for miss in tally.misses)


if __name__ == "__main__":
    main()
