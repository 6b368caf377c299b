"""Where elements stand among their siblings, as selectors count: from 1."""

from __future__ import annotations

from collections.abc import Iterable

from workers.extraction.suggest.outline import Outline

CELLS = frozenset({"td", "th"})


def among_all(outline: Outline, element: int) -> int:
    """Return the number of an element among its siblings."""
    return outline.ranks[element][0]


def among_alike(outline: Outline, element: int) -> int:
    """Return the number of an element among its siblings of the same name."""
    return outline.ranks[element][1]


def shared_alike(outline: Outline, elements: Iterable[int]) -> int:
    """Return the number that all ``elements`` have among those of their name; 0 without one."""
    numbers = {among_alike(outline, element) for element in elements}
    return numbers.pop() if len(numbers) == 1 else 0


def step_to(outline: Outline, elements: Iterable[int]) -> str | None:
    """Return the selector that counts up to ``elements``, if they stand at one position.

    Without one it is their name; with different names there is nothing.
    """
    listed = list(elements)
    tags = {outline.tags[element] for element in listed}
    tag = tags.pop() if len(tags) == 1 else ""
    if not tag and not tags <= CELLS:
        return None
    alike = shared_alike(outline, listed) if tag and tag not in CELLS else 0
    if alike:
        return f"{tag}:nth-of-type({alike})"
    numbers = {among_all(outline, element) for element in listed}
    if len(numbers) == 1:
        return f"{tag}:nth-child({numbers.pop()})"
    return tag or None
