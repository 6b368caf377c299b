"""The text of an element: all that stands in it, as it stands there."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.tree import Tree

_SKIPPED: Final = frozenset({"script", "style"})


def text(tree: Tree, node: LexborNode) -> str:
    """Return the text of ``node`` and all below it, without script, style and template.

    Of a script or style that was itself selected it is the content: nothing else can be meant
    (``script[type="application/ld+json"]`` is where many pages keep their data).
    """
    only = node.first_child
    if only is None or (only.next is None and only.is_text_node) or node.mem_id not in tree.tainted:
        return node.text()
    parts: list[str] = []
    # A stack instead of a recursion: pages nest as deep as they like.
    stack = [node.first_child]
    while stack:
        child = stack.pop()
        while child is not None:
            tree.budget.step()
            if child.tag in _SKIPPED:
                child = child.next
            elif child.mem_id in tree.tainted:
                stack.append(child.next)
                child = child.first_child
            else:
                parts.append(child.text())
                child = child.next
    return "".join(parts)
