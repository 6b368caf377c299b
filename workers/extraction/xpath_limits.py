"""What an XPath expression may hold, so that a page can't be searched for ever.

Expressions run in a child with a limit on CPU time, so these bounds only keep out what could never
end on an ordinary page. Measured (libxml2 2.14, a flat page of 3,000 elements, 2026-11): a wide
step (``//``, ``following::`` and the like) in a predicate is run for each element, so

    //*[count(//*)>1]                     0.1 s, quadratic
    //*[count(//*[count(//*)>1])>1]       minutes, cubic
"""

from __future__ import annotations

import re

MAX_LENGTH = 1_000  # characters
MAX_WIDE = 8  # steps over many levels, one after the other
MAX_WIDE_INSIDE = 3  # of them within predicates, side by side
MAX_WIDE_DEEP = 0  # of them within predicates of predicates, below another wide one
MAX_NESTING = 8  # brackets within brackets

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')
      | (?P<wide>//|\b(?:descendant(?:-or-self)?|ancestor(?:-or-self)?|(?:following|preceding)
            (?:-sibling)?)\s*::)
      | (?P<open>[\[(]) | (?P<close>[\])])""",
    re.VERBOSE,
)


def too_wide(expression: str) -> str | None:
    """Return why ``expression`` can't be run in bounded time, or None when it can."""
    if len(expression) > MAX_LENGTH:
        return f"The expression is longer than {MAX_LENGTH} characters."
    wide, inside, deepest, nesting = _count(expression)
    for number, most, name in (
        (wide, MAX_WIDE, "steps over many levels (// and the like)"),
        (inside, MAX_WIDE_INSIDE, "of them in predicates"),
        (deepest, MAX_WIDE_DEEP, "of them in predicates of others that are in predicates"),
        (nesting, MAX_NESTING, "brackets within brackets"),
    ):
        if number > most:
            return (
                f"The expression can't be run in bounded time: it has {number} {name}, "
                f"and at most {most} can be allowed."
            )
    return None


def _count(expression: str) -> tuple[int, int, int, int]:
    """Return how many wide steps there are: all, in predicates, in wide predicates; the nesting."""
    wide = inside = deepest = nesting = 0
    # For every open bracket whether it is a predicate, and whether a wide step came in it so far.
    stack: list[list[bool]] = []
    for token in _TOKEN.finditer(expression):
        if token["open"]:
            stack.append([token["open"] == "[", False])
            nesting = max(nesting, len(stack))
        elif token["close"]:
            stack[-1:] = []
        elif token["wide"]:
            wide += 1
            predicates = [place for place, (is_predicate, _) in enumerate(stack) if is_predicate]
            if predicates:
                inside += 1
                last = predicates[-1]
                first = predicates[0]
                if first != last and any(seen for _, seen in stack[first:last]):
                    deepest += 1
            if stack:
                stack[-1][1] = True
    return wide, inside, deepest, nesting
