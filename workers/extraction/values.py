"""What an attr of a field means for one matching element: its text, its markup, an attribute."""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborNode

from workers.extraction.images import image
from workers.extraction.inner_text import inner_text
from workers.extraction.tree import Tree
from workers.extraction.urls import absolute

Reader = Callable[[Tree, LexborNode], str | None]

URL_ATTRS = frozenset({"href", "image", "path", "src"})
"""Attrs whose values are made absolute, after the filters."""

_SKIPPED = frozenset({"script", "style"})


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


def outer_html(tree: Tree, node: LexborNode) -> str | None:
    """Return the markup of ``node`` itself and all below it."""
    return tree.outer_html(node)


def _attribute(name: str) -> Reader:
    def read(_: Tree, node: LexborNode) -> str | None:
        # The library gives None for an attribute without a value and the default for none at all.
        value = node.attrs.get(name, _ABSENT)
        return None if value is _ABSENT else value or ""

    return read


_ABSENT = "\x00absent"  # No page can say this: parsers replace NUL.


def reader(attr: str) -> Reader:
    """Return what reads ``attr`` (any letter case) of a match; None is its 'not there'.

    Names differ by the case of letters beyond ASCII: parsers leave those as they are.
    """
    name = attr.encode().lower().decode()
    if name == "text":
        return text
    if name == "outerhtml":
        return outer_html
    if name == "innertext":
        return inner_text
    if name == "image":
        return image
    return _attribute("href" if name == "path" else name)


HREF = reader("href")


def resolve(tree: Tree, value: str) -> str:
    """Return ``value`` as an absolute URL, or as it stands when it can't be parsed."""
    return absolute(tree.base, value, tree.charset) or value
