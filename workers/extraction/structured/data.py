"""What the queries of a collection share on one page; nothing is read before it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from selectolax.lexbor import LexborNode

from workers.extraction.blocks import Enclosing
from workers.extraction.structured.json_items import JsonItems
from workers.extraction.structured.microdata_items import Microdata
from workers.extraction.structured.paths import Node
from workers.extraction.tree import Tree

Texts = list[str]


class PageData:
    """One page, its blocks, and what it says about itself.

    ``elements``: of the blocks; None where the page itself is the one block. ``items``: instead, of
    blocks that are objects of JSON-LD. ``rank``: the number, from 1, among the page's records of
    the one that is being read.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.visit = tree.visit
        self.elements: Sequence[LexborNode] | None = None
        self.items: Sequence[Node] = ()
        self.rank = 1
        self._kept: dict[int, Texts] = {}

    @cached_property
    def json(self) -> JsonItems:
        """The page's JSON-LD."""
        return JsonItems(self.tree)

    @cached_property
    def microdata(self) -> Microdata:
        """The page's microdata."""
        return Microdata(self.tree)

    def once(self, query: object, make: Callable[[], Texts]) -> Texts:
        """Return what ``query`` says of the page outside of its blocks; it is made once."""
        if id(query) not in self._kept:
            self._kept[id(query)] = make()
        return self._kept[id(query)]

    @cached_property
    def _enclosing(self) -> Enclosing:
        return Enclosing(self.tree, self.elements or ())

    def sorted_in(self, nodes: Iterable[LexborNode]) -> dict[int, list[LexborNode]]:
        """Sort ``nodes`` into the blocks that they are, or are inside of, in document order."""
        listed = list(nodes)
        found = self._enclosing.bucket(listed)
        at = {block.mem_id: number for number, block in enumerate(self.elements or ())}
        for node in listed:
            number = at.get(node.mem_id)
            if number is not None:
                found.setdefault(number, []).insert(0, node)
        return found

    @cached_property
    def metas(self) -> dict[str, Texts]:
        """The contents of ``meta`` elements by property, name or http-equiv, in lower case."""
        found: dict[str, Texts] = {}
        for element in self.tree.select("meta[content]"):
            attributes = element.attributes
            names = (attributes.get("property") or "").split()
            names += [(attributes.get(one) or "").strip() for one in ("name", "http-equiv")]
            for name in dict.fromkeys(map(str.lower, names)):
                found.setdefault(name, []).append(attributes["content"] or "")
        return found

    @cached_property
    def _scopes(self) -> dict[int, list[LexborNode]]:
        return self.sorted_in(self.microdata.scopes)

    def scopes_in(self, number: int) -> list[LexborNode]:
        """Return the elements of items that block ``number`` is or holds."""
        return self._scopes.get(number, [])

    @cached_property
    def _scripts(self) -> dict[int, list[object]]:
        """The contents of JSON-LD scripts by block."""
        by_block = self.sorted_in(self.json.elements)
        contents = self.json.contents
        return {
            number: [contents[script.mem_id] for script in scripts]
            for number, scripts in by_block.items()
        }

    def json_in(self, number: int) -> Iterable[object]:
        """Return the JSON-LD that block ``number`` is or holds."""
        if self.items:
            return (self.items[number],)
        if self.elements is None:
            return self.json.contents.values()
        return self._scripts.get(number, ())

    @cached_property
    def json_outside(self) -> list[object]:
        """The JSON-LD that stands in no block; ``item_ids`` are to be skipped in it."""
        inside = {id(content) for contents in self._scripts.values() for content in contents}
        return [one for one in self.json.contents.values() if id(one) not in inside]

    @cached_property
    def item_ids(self) -> frozenset[int]:
        """The blocks that are objects, by their Python id."""
        return frozenset(map(id, self.items))
