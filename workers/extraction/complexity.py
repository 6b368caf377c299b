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
COUNT = 0.15  # of a try: stepping over one sibling to count it

MAX_LENGTH = 2_000  # characters of a selector; browsers' own 'copy selector' stays below 500
MAX_DESCENDANTS = 8  # a page 16 deep allows comb(16, 8) x 5,000 elements x 4 ns = 0.26 s
MAX_SIBLINGS = 2  # three of them take 3 minutes on a plain list of 1,000 rows
MAX_HAS = 2
MAX_HAS_DESCENDANTS = 1  # within :has, which runs for every element: cubic already
MAX_NESTING = 8  # brackets within brackets
MAX_BRANCHES = 64  # between commas

TOKEN = re.compile(
    r"""
    (?P<skip> /\*.*?(?:\*/|\Z) | \\. | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? )
  | (?P<attribute> \[ (?: \\. | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? | [^\]\\"'] )* \]? )
  | (?P<function> ::?[-\w]+\(\s* )
  | (?P<positional> :(?:only|first|last)-(?:child|of-type)\b )
  | (?P<open> \(\s* )
  | (?P<close> \s*\) )
  | (?P<comma> \s*,\s* )
  | (?P<combinator> \s*[>+~]\s* )
  | (?P<blank> \s+ )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What makes a selector slow: the most of each in one branch, inner selectors too."""

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
        tries = float(_ways(depth, down))
        if self.positional:
            # The sibling lists of an element's ancestors are disjoint: together they are no longer
            # than the page, so that one of the combinators and the counting share a factor.
            tries += _ways(depth, max(0, down - 1)) * elements * COUNT
        return elements * tries * _ways(elements, self.siblings) * TRY * self.branches


def _ways(among: int, chosen: int) -> int:
    """Return how many choices there are; the peak of the curve, where ``chosen`` is beyond it."""
    return max(1, comb(among, min(chosen, among // 2)))


class _Counter:
    """One pass over the tokens of a selector; counts are kept branch by branch."""

    def __init__(self, selector: str) -> None:
        self._branches: list[dict[str, int]] = [{}]
        self._stack: list[str] = []
        # Blanks in :nth-child(2n + 1) mean nothing, those after its 'of' do. Which is which is
        # not told apart: a bound may be too high, never too low.
        self._strict = re.search(r"\bof\b", selector, re.IGNORECASE) is None

    def take(self, kind: str | None, text: str) -> None:
        if kind in {"function", "open"}:
            self._open(text.strip().lower())
        elif kind == "close":
            self._stack[-1:] = []
        elif kind == "blank":
            self._descend()
        elif kind == "positional":
            self._add("positional")
        elif kind == "comma" and not self._stack:
            self._branches.append({})
        elif kind == "combinator" and "~" in text:
            self._add("siblings")

    def most(self, name: str) -> int:
        return max(branch.get(name, 0) for branch in self._branches)

    def cost(self) -> Cost:
        names = ("descendants", "siblings", "positional", "has", "has_descendants", "nesting")
        most = {name: self.most(name) for name in names}
        return Cost(branches=len(self._branches), **most)

    def _add(self, name: str) -> None:
        branch = self._branches[-1]
        branch[name] = branch.get(name, 0) + 1

    def _open(self, function: str) -> None:
        self._stack.append(function)
        branch = self._branches[-1]
        branch["nesting"] = max(branch.get("nesting", 0), len(self._stack))
        if function == ":has(":
            self._add("has")
        elif function.startswith(":nth-"):
            self._add("positional")

    def _descend(self) -> None:
        if self._strict and self._stack and self._stack[-1].startswith(":nth-"):
            return
        self._add("descendants")
        if ":has(" in self._stack:
            self._add("has_descendants")


def cost_of(selector: str) -> Cost:
    """Return what is slow about ``selector``; of text that is no selector, whatever comes out."""
    selector = selector.strip()
    counter = _Counter(selector)
    for token in TOKEN.finditer(selector):
        counter.take(token.lastgroup, token.group())
    return counter.cost()


def too_costly(selector: str) -> str | None:
    """Return why the engine could not run ``selector`` in bounded time, or None when it can."""
    if len(selector) > MAX_LENGTH:
        return f"The selector is longer than {MAX_LENGTH} characters."
    cost = cost_of(selector)
    limits = (
        (cost.descendants, MAX_DESCENDANTS, "descendant combinators (blanks)"),
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
