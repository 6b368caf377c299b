"""Runs of several contenders in several rounds → medians, ratios within each round, a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

SCRAPY, BARE = "Scrapy", "bare pycurl + lexbor loop"
MEMORY, WHOLE = "Gristmill's slice, in memory", "Gristmill, whole stack"
BEGIN, END = "<!-- compare: begin (make bench writes this table) -->", "<!-- compare: end -->"
LINE = "{:<30} {:>11} {:>9} {:>9} {:>13} {:>13}"
HEADS = ("", "CPU ms/page", "pages/s", "peak MiB", "/ Scrapy", "/ bare loop")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContenderRun:
    """One contender's turn: seconds of CPU and of the clock, most MiB, seconds of each part."""

    cpu: float
    wall: float
    memory: float
    parts: Mapping[str, float] = field(default_factory=dict)

    def told(self, pages: int) -> str:
        """Return a line about it."""
        return f"{self.cpu / pages * 1000:.3f} ms of CPU a page, {pages / self.wall:.0f} pages/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContenderLine:
    """A contender: medians, and the medians of its ratios to two others in the same round."""

    name: str
    cpu: float
    rate: float
    memory: float
    to_scrapy: float
    to_bare: float
    parts: dict[str, float]


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def report(runs: Mapping[str, Sequence[ContenderRun]], pages: int) -> list[ContenderLine]:
    """Return a line for each contender; CPU is milliseconds a page."""
    return [
        ContenderLine(
            name=name,
            cpu=median(run.cpu for run in own) / pages * 1000,
            rate=median(pages / run.wall for run in own),
            memory=max(run.memory for run in own),
            to_scrapy=_ratio(own, runs[SCRAPY]),
            to_bare=_ratio(own, runs[BARE]),
            parts=_parts(own, pages),
        )
        for name, own in runs.items()
    ]


def _ratio(own: Sequence[ContenderRun], other: Sequence[ContenderRun]) -> float:
    return median(one.cpu / beside.cpu for one, beside in zip(own, other, strict=True))


def _parts(own: Sequence[ContenderRun], pages: int) -> dict[str, float]:
    names = own[0].parts
    return {name: median(run.parts[name] for run in own) / pages * 1000 for name in names}


def show(lines: Sequence[ContenderLine]) -> None:
    """Print the table and what follows from it."""
    say("\n" + LINE.format(*HEADS))
    for one in lines:
        say(LINE.format(*_cells(one)))
    for told in _told(lines):
        say(f"\n{told}")


def save(lines: Sequence[ContenderLine], about: str, page: Path) -> None:
    """Put the table into ``page``, in place of the one between its two marks."""
    rows = [HEADS, ("---", *["---:"] * (len(HEADS) - 1)), *map(_cells, lines)]
    made = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    told = "\n".join(f"* {line}" for line in (*_told(lines), about))
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{page} has no place for a table: {BEGIN} … {END}")
    text = f"{before}{begin}\n{made}\n\n{told}\n{end}{after}"
    page.write_text(text, encoding="utf-8")


def _cells(one: ContenderLine) -> tuple[str, ...]:
    ratios = (f"{one.to_scrapy:.3f}", f"{one.to_bare:.2f}")
    return (one.name, f"{one.cpu:.3f}", f"{one.rate:.0f}", f"{one.memory:.0f}", *ratios)


def _told(lines: Sequence[ContenderLine]) -> Iterator[str]:
    named = {one.name: one for one in lines}
    parts, whole = named[WHOLE].parts, named[WHOLE].cpu
    share = 1 - named[MEMORY].cpu / whole
    yield "the whole stack, ms a page: " + ", ".join(f"{k} {v:.3f}" for k, v in parts.items())
    yield f"durability's share of the whole stack: {share:.0%}; without it there is the slice alone"
    yield f"worker against the bare loop: {parts['worker'] / named[BARE].cpu:.2f}"
