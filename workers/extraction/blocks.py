"""The blocks of a page: the elements that hold one record each, given or found.

Without ``commonParent`` the block is the nearest proper ancestor that holds the first match of
every field that matches at all, and every element with the same path of element names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborNode

from workers.extraction.tree import Tree

OUTSIDE = -1


def find_blocks(tree: Tree, firsts: Sequence[LexborNode]) -> list[LexborNode]:
    """Return the blocks of a page on which the fields match first at ``firsts``."""
    if not firsts:
        return []
    shared = _ancestors(firsts[0])
    for node in firsts[1:]:
        mine = {ancestor.mem_id for ancestor in _ancestors(node)}
        shared = [ancestor for ancestor in shared if ancestor.mem_id in mine]
        tree.budget.look()
    # The last resort is the document itself: it holds whatever the html element is a match of.
    return _alike(tree, shared[0]) if shared else []


def _ancestors(node: LexborNode) -> list[LexborNode]:
    """Return the proper ancestors of ``node``, nearest first, the document last."""
    found = []
    parent = node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _alike(tree: Tree, block: LexborNode) -> list[LexborNode]:
    """Return all elements with the path of names that ``block`` has from the body down.

    One level after the other: a selector of as many names as the page is deep would cost more.
    """
    body = tree.body
    lineage = [block, *_ancestors(block)]
    below = [node.mem_id for node in lineage]
    if body is None or body.mem_id not in below:
        return [block]
    names = [node.tag for node in lineage[: below.index(body.mem_id)]]
    level = [body]
    for name in reversed(names):
        level = [child for node in level for child in node.iter() if child.tag == name]
        tree.budget.look()
    return level


class Enclosing:
    """Which blocks a node is inside of, an outer one of nested blocks too."""

    def __init__(self, tree: Tree, blocks: Sequence[LexborNode]) -> None:
        self._budget = tree.budget
        self._at = {block.mem_id: number for number, block in enumerate(blocks)}
        # Every node seen on the way up → the nearest block at or above it.
        self._nearest: dict[int, int] = dict(self._at)
        self._outer = [self._above(block) for block in blocks]

    def _above(self, node: LexborNode) -> int:
        """Return the nearest block that is a proper ancestor of ``node``."""
        nearest = self._nearest
        seen = []
        number = OUTSIDE
        parent = node.parent
        while parent is not None:
            key = parent.mem_id
            if key in nearest:
                number = nearest[key]
                break
            seen.append(key)
            parent = parent.parent
        for key in seen:
            nearest[key] = number
        return number

    def bucket(self, matches: Iterable[LexborNode]) -> dict[int, list[LexborNode]]:
        """Sort ``matches`` into the blocks that they are inside of, keeping their order.

        A match that is the block itself is not inside it: the selector ``.`` is what means that.
        """
        buckets: dict[int, list[LexborNode]] = {}
        for match in matches:
            number = self._above(match)
            while number != OUTSIDE:
                self._budget.step()
                buckets.setdefault(number, []).append(match)
                number = self._outer[number]
        return buckets
