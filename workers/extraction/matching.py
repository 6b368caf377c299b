"""Where the blocks of a page are, and what its fields match in them."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from workers.extraction.blocks import Enclosing, find_blocks
from workers.extraction.compile import Compiled, ValueTarget
from workers.extraction.structured.data import PageData
from workers.extraction.tree import Tree
from workers.extraction.xpath import Copy

Buckets = dict[int, dict[int, list[LexborNode]]]
"""Matches by field and block, both by their number."""


class Matching:
    """Finds on one page what a collection's selectors match; ``page.Reading`` makes records of it.

    The copy that XPath needs is made once an expression asks for it.
    """

    def __init__(self, tree: Tree, ready: Compiled) -> None:
        self._tree = tree
        self._ready = ready
        self._copied: Copy | None = None
        self._data = PageData(tree) if ready.has_query else None

    def _blocks(self) -> list[LexborNode]:
        ready, data = self._ready, self._data
        if ready.locating is not None and data is not None:
            return ready.locating.locate(data)
        if ready.common_parent is not None:
            blocks = self._everywhere(ready.common_parent)
        else:
            targets = [
                field.target
                for field in ready.fields
                if field.target.query is None and not field.target.is_self
            ]
            if not targets:
                # Nothing says where the blocks are: the page is the one block.
                return [self._tree.body or self._tree.root]
            firsts = [first for target in targets if (first := self._first(target)) is not None]
            blocks = find_blocks(self._tree, firsts)
        if data is not None:
            data.elements = blocks
        return blocks

    def _first(self, target: ValueTarget) -> LexborNode | None:
        if target.xpath is None:
            return self._tree.first(target.css)
        return next(iter(self._everywhere(target)), None)

    def _in_one(self, block: LexborNode) -> Buckets:
        """Return each field's matches in the only block: the rest of the page is not looked at."""
        return {
            field.index: {0: self._tree.select(field.target.css, block)}
            for field in self._ready.fields
            if field.by_css
        }

    def _in_each(self, blocks: Sequence[LexborNode]) -> Buckets:
        """Return each field's matches by block; blocks may be nested, and pages have thousands."""
        enclosing = Enclosing(self._tree, blocks)
        return {
            field.index: enclosing.bucket(self._tree.select(field.target.css))
            for field in self._ready.fields
            if field.by_css
        }

    def _copy(self) -> Copy:
        if self._copied is None:
            self._copied = Copy(self._tree)
        return self._copied

    def _everywhere(self, target: ValueTarget) -> list[LexborNode]:
        """Return the elements of the whole page that ``target`` matches."""
        if target.xpath is None:
            return self._tree.select(target.css)
        found = self._copy().evaluate(target.xpath, None)
        return [match for match in found if not isinstance(match, str)]
