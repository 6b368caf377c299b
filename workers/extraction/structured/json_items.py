"""JSON-LD of a page: its scripts, the items in them, and what references in them mean.

https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents, read as those read it who look
for what a page describes: contexts are not fetched, and names count without their vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.structured.paths import DEEPEST, ID, Node, is_type, parts_of
from workers.extraction.structured.scripts import read_json
from workers.extraction.tree import Tree

MOST_ITEMS: Final = 200  # that one query takes of a page

_SCRIPTS: Final = 'script[type*="ld+json" i]'
_REFERENCE: Final = 2  # names at most, an ``@id`` and perhaps a type

Take = Callable[[Node], bool]
"""Told of an item; answers whether what lies within it is covered by it."""


class JsonItems:
    """The JSON-LD of one page. ``contents``: of each script, in document order."""

    def __init__(self, tree: Tree) -> None:
        self._budget = tree.budget
        self.elements: list[LexborNode] = []
        self.contents: dict[int, object] = {}
        for script in tree.select(_SCRIPTS):
            content = read_json(script.text())
            tree.budget.look()
            if content is not None:
                self.elements.append(script)
                self.contents[script.mem_id] = content

    def resolve(self, node: Node) -> Node:
        """Return the object that a reference stands for; any other object as it is."""
        self._budget.step()
        name = node.get(ID)
        if len(node) > _REFERENCE or not isinstance(name, str):
            return node
        return self._described.get(name, node)

    @cached_property
    def _described(self) -> dict[str, Node]:
        """The objects by their ``@id``; of several, the one that says most."""
        found: dict[str, Node] = {}

        def look(node: Node) -> Iterable[object]:
            name = node.get(ID)
            if isinstance(name, str) and len(node) > len(found.get(name, ())):
                found[name] = node
            return node.values()

        self._walk(self.contents.values(), look)
        return found

    def each(
        self, roots: Iterable[object], name: str, take: Take, skip: frozenset[int] = frozenset()
    ) -> None:
        """Tell ``take`` of the items of a type (in lower case) below ``roots``, each once.

        One that is a part of another of the type is told only if ``take`` says so of that.
        ``skip``: objects, by their Python id, that are not looked into.
        """
        seen: set[int] = set()

        def look(node: Node) -> Iterable[object]:
            if id(node) in skip:
                return ()
            if len(seen) >= MOST_ITEMS or not is_type(node, name):
                return node.values()
            item = self.resolve(node)
            if id(item) in seen:
                return ()
            seen.add(id(item))
            return () if id(item) in skip or take(item) else parts_of(item)

        self._walk(roots, look)

    def _walk(self, roots: Iterable[object], look: Callable[[Node], Iterable[object]]) -> None:
        """Show objects below ``roots`` in their order to ``look``, which says where to go on."""
        stack = [(root, 0) for root in reversed(list(roots))]
        while stack:
            value, depth = stack.pop()
            self._budget.step()
            if isinstance(value, dict):
                inner = look(value)
            elif isinstance(value, list):
                inner = value
            else:
                continue
            if depth < DEEPEST:
                below = [(one, depth + 1) for one in inner if isinstance(one, (dict, list))]
                stack.extend(reversed(below))
