"""How long a CSS selector may run on the worst page there could be: a bound, from its shape.

lexbor tries every way to match: a descendant combinator tries all ancestors, a ``~`` all elder
siblings, each again for every one tried by the combinator after it. Measured (lexbor 2.7 in
selectolax 1.0.2, one core, 2026-11) on pages made for the worst, 4 ns a try throughout:

    .b .a .a .a .a      250 nested elements      over 6 s (elements x depth^4 / 4!)
    .b .a .a            2,000 nested elements    5.2 s
    .b ~ p ~ p          2,000 siblings           5.1 s (elements x siblings^2 / 2!)
    .b ~ p ~ p ~ p      500 siblings             over 6 s
    :nth-child(2n)      4,000 siblings           0.01 s, quadratic
    :has(.a .b)         1,000 nested elements    0.8 s, cubic
    .a > .a > .a > .b   any                      linear
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import comb

TRY = 4e-9  # seconds, as measured above

MAX_LENGTH = 2_000  # characters of a selector; browsers' own 'copy selector' stays below 500
MAX_DESCENDANTS = 8  # a page 16 deep allows comb(16, 8) x 5,000 elements x 4 ns = 0.26 s
MAX_SIBLINGS = 2  # three of them take 3 minutes on a plain list of 1,000 rows
MAX_HAS = 2
MAX_HAS_DESCENDANTS = 1  # within :has, which runs for every element: cubic already
MAX_NESTING = 8  # brackets within brackets
MAX_BRANCHES = 64  # between commas

_TOKEN = re.compile(
    r"""
    (?P<skip> /\*.*?(?:\*/|\Z) | \\. | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? )
  | (?P<attribute> \[ (?: \\. | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? | [^\]\\"'] )* \]? )
  | (?P<function> ::?[-\w]+\( )
  | (?P<positional> :(?:only|first|last)-(?:child|of-type)\b )
  | (?P<open> \( )
  | (?P<close> \) )
  | (?P<comma> \s*,\s* )
  | (?P<combinator> \s*[>+~]\s* )
  | (?P<blank> \s+ )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What makes a selector slow, counted over its whole text, inner selectors too."""

    descendants: int = 0
    siblings: int = 0
    positional: int = 0
    has: int = 0
    has_descendants: int = 0
    nesting: int = 0
    branches: int = 1

    def seconds(self, elements: int, depth: int) -> float:
        """Return a bound on the CPU seconds for ``elements`` nested at most ``depth`` deep."""
        down = self.descendants + self.has
        beside = self.siblings + (1 if self.positional else 0)
        tries = elements * max(1, _ways(depth, down)) * max(1, _ways(elements, beside))
        return tries * TRY * self.branches


def _ways(among: int, chosen: int) -> int:
    """Return how many choices there are; the peak of the curve, where ``chosen`` is beyond it."""
    return comb(among, min(chosen, among // 2))


class _Counter:
    """One pass over the tokens of a selector."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.stack: list[str] = []

    def add(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def opened(self, function: str) -> None:
        self.stack.append(function)
        self.counts["nesting"] = max(self.counts.get("nesting", 0), len(self.stack))
        if function == ":has(":
            self.add("has")
        elif function.startswith(":nth-"):
            self.add("positional")

    def descendant(self) -> None:
        # Blanks inside of nth-child(2n + 1) and at the edges of brackets are counted too where
        # they can't be told apart cheaply: a bound may be too high, never too low.
        if self.stack and self.stack[-1].startswith(":nth-"):
            return
        self.add("descendants")
        if ":has(" in self.stack:
            self.add("has_descendants")


def cost_of(selector: str) -> Cost:
    """Return what is slow about ``selector``; of text that is no selector, whatever comes out."""
    counter = _Counter()
    for token in _TOKEN.finditer(selector.strip()):
        kind, text = token.lastgroup, token.group()
        if kind in {"function", "open"}:
            counter.opened(text.lower())
        elif kind == "close":
            counter.stack[-1:] = []
        elif kind == "blank":
            counter.descendant()
        elif kind == "positional":
            counter.add("positional")
        elif kind == "comma" and not counter.stack:
            counter.add("branches")
        elif kind == "combinator" and "~" in text:
            counter.add("siblings")
    counts = counter.counts
    return Cost(**{**counts, "branches": counts.get("branches", 0) + 1})


def too_costly(selector: str) -> str | None:
    """Return why the engine could not run ``selector`` in bounded time, or None when it can."""
    if len(selector) > MAX_LENGTH:
        return f"The selector is longer than {MAX_LENGTH} characters."
    cost = cost_of(selector)
    limits = (
        (cost.descendants // cost.branches, MAX_DESCENDANTS, "descendant combinators (blanks)"),
        (cost.siblings, MAX_SIBLINGS, "sibling combinators (~)"),
        (cost.has, MAX_HAS, ":has()"),
        (cost.has_descendants, MAX_HAS_DESCENDANTS, "descendant combinators within :has()"),
        (cost.nesting, MAX_NESTING, "brackets within brackets"),
        (cost.branches, MAX_BRANCHES, "selectors between commas"),
    )
    for number, most, name in limits:
        if number > most:
            return (
                f"The selector can't be run in bounded time: it has {number} {name}, "
                f"and at most {most} can be allowed."
            )
    return None
