"""Microdata of a page, by the HTML standard's algorithm, as objects like those of JSON-LD.

https://html.spec.whatwg.org/multipage/microdata.html#associating-names-with-items. One thing goes
beyond it: an element without a value of its own (a ``span``) that has ``content`` gives that, which
vocabularies (https://schema.org/docs/gs.html) teach and all readers of it heed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.structured.paths import DEEPEST, ID, TYPE, VALUE, Node, is_part, is_type
from workers.extraction.texts import text
from workers.extraction.tree import Tree
from workers.extraction.values import resolve

_ADDRESSES: Final = {
    **dict.fromkeys(("audio", "embed", "iframe", "img", "source", "track", "video"), "src"),
    **dict.fromkeys(("a", "area", "link"), "href"),
    "object": "data",
}
_VALUES: Final = {"data": "value", "meter": "value", "time": "datetime", "meta": "content"}
_SILENT: Final = frozenset({"link", "meta"})
"""Elements whose text is none of the page's."""

MOST_VALUES: Final = 100_000
"""Of a page: items that refer to each other (``itemref``) could have as many as there are paths."""


class Microdata:
    """The microdata of one page; ``scopes`` are its items' elements in document order."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.scopes = tree.select("[itemscope]")
        self._ids = frozenset(scope.mem_id for scope in self.scopes)
        self._kept: dict[int, Node] = {}
        self._left = MOST_VALUES

    def of_type(self, name: str, scopes: Iterable[LexborNode]) -> list[LexborNode]:
        """Return those of ``scopes`` that are items of a type (in lower case)."""
        return [scope for scope in scopes if is_type(_types(scope), name)]

    def outermost(self, scopes: list[LexborNode]) -> list[LexborNode]:
        """Return ``scopes`` without those that are values of properties of others, far or near."""
        among = {scope.mem_id for scope in scopes}
        return [
            scope for scope in scopes if among.isdisjoint(key for key, _ in self.holders(scope))
        ]

    def holders(self, scope: LexborNode) -> Iterator[tuple[int, bool]]:
        """Yield the items that ``scope`` is a value of, near and far, and whether it is a part."""
        part = True
        while (names := scope.attributes.get("itemprop")) is not None:
            holder = self.around(scope)
            if holder is None:
                return
            part = part and any(map(is_part, names.split()))
            yield holder.mem_id, part
            scope = holder

    def around(self, node: LexborNode) -> LexborNode | None:
        """Return the nearest item that ``node`` stands in, itself not counted."""
        above = node.parent
        while above is not None and above.mem_id not in self._ids:
            self._tree.budget.step()
            above = above.parent
        return above

    def item(self, scope: LexborNode) -> Node:
        """Return the item of an element: its type, its id, and of each property its values."""
        return self._item(scope, ())

    def _item(self, scope: LexborNode, within: tuple[int, ...]) -> Node:
        kept = self._kept.get(scope.mem_id)
        if kept is not None:
            return kept
        found: Node = _types(scope)
        if name := scope.attributes.get("itemid"):
            found[ID] = resolve(self._tree, name)
        within = (*within, scope.mem_id)
        for element in self._properties(scope):
            value = self._value(element, within)
            for name in (element.attributes["itemprop"] or "").split() if value is not None else ():
                listed = found.setdefault(name, [])
                if isinstance(listed, list):  # and no property called ``@id``
                    listed.append(value)
        if found.keys() <= {TYPE, ID}:
            found[VALUE] = self._text(scope)  # An item of no more than its text, as many write.
        if len(within) == 1:  # In another a loop may have been cut.
            self._kept[scope.mem_id] = found
        return found

    def _properties(self, scope: LexborNode) -> list[LexborNode]:
        own = self._owned.get(scope.mem_id, [])
        names = (scope.attributes.get("itemref") or "").split()
        if not names:
            return [self._elements[number] for number in own]
        numbers = set(own)
        for name in names:
            numbers.update(self._referred.get(name, ()))
        properties = [self._elements[number] for number in sorted(numbers)]
        return [one for one in properties if one.mem_id != scope.mem_id]

    def _value(self, element: LexborNode, within: tuple[int, ...]) -> object:
        self._tree.budget.step()
        self._left -= 1
        if self._left < 0:
            return None
        if element.mem_id in self._ids:
            looped = element.mem_id in within or len(within) >= DEEPEST
            return None if looped else self._item(element, within)
        tag, attributes = (element.tag or "").lower(), element.attributes
        address = attributes.get(_ADDRESSES.get(tag, ""))
        if address is not None:
            return resolve(self._tree, address)
        stated = attributes.get(_VALUES.get(tag, "content"), _ABSENT)
        if stated is not _ABSENT:
            return stated or ""
        return None if tag in _SILENT else self._text(element)

    def _text(self, element: LexborNode) -> str:
        value = text(self._tree, element)
        self._tree.budget.spend(value)  # Properties in properties repeat all that is in them.
        return value

    @cached_property
    def _elements(self) -> list[LexborNode]:
        """The elements that are properties, in document order."""
        return self._tree.select("[itemprop]")

    @cached_property
    def _owned(self) -> dict[int, list[int]]:
        """Item → its properties but for those of ``itemref``, by their number."""
        nearest: dict[int, int | None] = {}
        owned: dict[int, list[int]] = {}
        for number, element in enumerate(self._elements):
            seen: list[int] = []
            above = element.parent
            while above is not None and (key := above.mem_id) not in self._ids:
                if key in nearest:
                    break
                self._tree.budget.step()
                seen.append(key)
                above = above.parent
            key = above.mem_id if above is not None else 0
            owner = nearest.get(key, key or None)
            nearest.update(dict.fromkeys(seen, owner))
            if owner is not None:
                owned.setdefault(owner, []).append(number)
        return owned

    @cached_property
    def _referred(self) -> dict[str, list[int]]:
        """Name in an ``itemref`` → the properties at and below the element that has it as id."""
        wanted: set[str] = set()
        for scope in self.scopes:
            wanted.update((scope.attributes.get("itemref") or "").split())
        targets: dict[int, str] = {}
        for element in self._tree.select("[id]"):
            name = element.attributes["id"] or ""
            if name in wanted:  # The first element with an id is the one that it means.
                wanted.discard(name)
                targets[element.mem_id] = name
        referred: dict[str, list[int]] = {}
        for number, element in enumerate(self._elements):
            for key in self._up_to_scope(element):
                if key in targets:
                    referred.setdefault(targets[key], []).append(number)
        return referred

    def _up_to_scope(self, element: LexborNode) -> Iterator[int]:
        """Yield ``element`` and its ancestors till the first of them that is an item itself."""
        yield element.mem_id
        above = element.parent
        while above is not None and above.mem_id not in self._ids:
            self._tree.budget.step()
            yield above.mem_id
            above = above.parent


_ABSENT: Final = "\x00absent"  # No page can say this: parsers replace NUL.


def _types(scope: LexborNode) -> Node:
    return {TYPE: list((scope.attributes.get("itemtype") or "").split())}
