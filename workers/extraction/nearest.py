"""The nearest selector that matches where one matches nothing: what its author may have meant.

A misspelt class or id is replaced by the one on the page that is most like it; else the last class
is dropped, then the last step, until something matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from workers.errors import ExtractError
from workers.extraction.compile import SELF
from workers.extraction.complexity import TOKEN
from workers.extraction.structured.queries import is_query
from workers.extraction.tree import Tree
from workers.extraction.xpath import is_xpath

MOST_TRIES = 16  # selectors that are tried for one that matches nothing
MOST_NAMES = 5_000  # elements whose classes and ids are looked at
LIKE = 0.7  # of 1: how alike two names have to be

_SIMPLE = re.compile(r"""::?[-\w]+(?:\([^()]*\))?|[.#](?:\\.|[\w-])+|\[[^\]]*\]|(?:\\.|[\w*|-])+""")
_NAME = re.compile(r"[.#](?:[\w-])+")


def is_css(selector: str) -> bool:
    """Whether ``selector`` is CSS, and names something beyond the block itself."""
    return not (is_xpath(selector) or is_query(selector) or selector.strip() == SELF)


def nearest_matches(tree: Tree, selector: str) -> list[tuple[str, int]]:
    """Return selectors near ``selector`` that match, each with how many elements; may be none.

    First with a name as the page spells it, then a shorter one. Of a list of selectors the first is
    looked at; of what is no CSS nothing.
    """
    if not is_css(selector):
        return []
    steps = _steps(selector)
    found = (
        _first(tree, selectors, selector) for selectors in (_respelt(tree, steps), _shorter(steps))
    )
    return list(dict.fromkeys(one for one in found if one is not None))


def _first(tree: Tree, selectors: Iterator[str], but: str) -> tuple[str, int] | None:
    """Return the first that matches, of the first few."""
    for candidate in islice(selectors, MOST_TRIES):
        count = count_of(tree, candidate) if candidate != but else 0
        if count:
            return candidate, count
    return None


def count_of(tree: Tree, selector: str) -> int:
    """Return how many elements match; 0 for what can't be run, or where the time is over."""
    try:
        return len(tree.select(selector))
    except ExtractError:  # cut apart in the wrong place
        return 0


def _steps(selector: str) -> list[str]:
    """Return the compounds of the first branch, each with the combinator before it."""
    steps: list[str] = []
    depth = began = 0
    for token in TOKEN.finditer(selector):
        kind = token.lastgroup
        depth += {"function": 1, "open": 1, "close": -1}.get(str(kind), 0)
        if depth == 0 and kind == "comma":
            return [*steps, selector[began : token.start()]]
        if depth == 0 and kind in {"combinator", "blank"}:
            steps.append(selector[began : token.start()])
            began = token.start()
    return [*steps, selector[began:]]


def _shorter(steps: list[str]) -> Iterator[str]:
    """Yield the selector without its last class, then without its last step, and so on."""
    while steps:
        before, last = steps[:-1], steps[-1]
        parts = _SIMPLE.findall(last)
        space = last[: last.find(parts[0])] if parts else ""
        for kept in range(len(parts) - 1, 0, -1):
            yield "".join([*before, space + "".join(parts[:kept])]).strip()
        steps = before
        if steps:
            yield "".join(steps).strip()


def _respelt(tree: Tree, steps: list[str]) -> Iterator[str]:
    """Yield the selector with a class or id that no element has spelt as one is, the last first."""
    names: list[str] | None = None
    for number in range(len(steps) - 1, -1, -1):
        for name in _NAME.findall(steps[number]):
            if tree.first(name) is not None:
                continue
            names = _names(tree) if names is None else names
            for like in get_close_matches(name, [n for n in names if n[0] == name[0]], 2, LIKE):
                respelt = steps[number].replace(name, like)
                yield "".join([*steps[:number], respelt, *steps[number + 1 :]]).strip()


def _names(tree: Tree) -> list[str]:
    """Return the classes and ids of the page that need no escape, with their mark, each once."""
    found: dict[str, None] = {}
    for node in tree.select("[class], [id]")[:MOST_NAMES]:
        tree.budget.step()
        attributes = node.attributes
        words = [f".{word}" for word in (attributes.get("class") or "").split()]
        words.append(f"#{attributes.get('id') or ''}")
        found.update(dict.fromkeys(word for word in words if _NAME.fullmatch(word)))
    return list(found)
