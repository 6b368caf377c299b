"""The words of a heading that holds more than them, at its ends: a number, a rating, an address."""

from __future__ import annotations

from collections.abc import Callable

from workers.serp.dom import Node, squeeze, text_of

Test = Callable[[str], bool]

_MARKS = {"b", "em", "strong", "i", "u", "mark", "font"}
"""Elements that only mark words, as those of the query: never apart from their text."""
_DEEPEST = 12


def trimmed_text(node: Node, *, number: Test, other: Test) -> str:
    """Return a node's text without the elements at its ends that are something else.

    ``number`` says so of the first element's text, ``other`` of that of the first and the last. One
    element always stays: a title may look like an address.
    """
    for _ in range(_DEEPEST):
        parts = _parts(node)
        kept = _trimmed(parts, number, other)
        if len(kept) == 1 and kept[0].is_element_node:
            node = kept[0]
        elif len(kept) < len(parts):
            return squeeze("".join(map(_raw, kept)))
        else:
            break
    return text_of(node)


def _trimmed(parts: list[Node], number: Test, other: Test) -> list[Node]:
    first, last = 0, len(parts)
    if last > 1 and _is_apart(parts[0], number):
        first = 1
    while last - first > 1 and _is_apart(parts[last - 1], other):
        last -= 1
    while last - first > 1 and _is_apart(parts[first], other):
        first += 1
    return parts[first:last]


def _is_apart(part: Node, test: Test) -> bool:
    """Whether an element's text, or that of each element in it, is something else."""
    if not part.is_element_node or part.tag in _MARKS:
        return False
    below = _parts(part)
    return test(text_of(part)) or (len(below) > 1 and all(test(text_of(one)) for one in below))


def _parts(node: Node) -> list[Node]:
    """Return the texts and elements right below a node that hold words."""
    parts = []
    below = node.child
    while below is not None:
        if squeeze(_raw(below)):
            parts.append(below)
        below = below.next
    return parts


def _raw(node: Node) -> str:
    if node.is_text_node:
        return node.text_content or ""
    return node.text(deep=True, separator="", strip=False) if node.is_element_node else ""
