"""The elements of a page by number: names, parents, texts and links, read once from the tree.

Numbers are document order, ``body`` is 0. What is asked a thousand times afterwards (who is inside
whom, how much text an element holds) is arithmetic on these lists, and no call into the parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborNode

from workers.extraction.tree import Tree
from workers.extraction.xml_tree import XmlTree

MOST_ELEMENTS: Final = 60_000
"""Those behind are not looked at: of a longer page the first ones tell what it lists."""

_MOST_CLASSES: Final = 12
_LONGEST_CLASS: Final = 60
_MOST_ATTRIBUTES: Final = 60
_LONGEST_TEXT: Final = 2_000

UNSEEN: Final = frozenset(
    {"iframe", "math", "noscript", "object", "option", "script", "style", "svg", "template"}
)
"""Elements that are passed over with all they hold."""

_TEXTLESS: Final = frozenset({"textarea", "title"})
"""Elements of HTML whose text no reader sees where it stands; in a feed they are any others."""

Attributes = dict[str, str | None]


class Outline:
    """One page. All lists have an entry for each element.

    ``own`` is an element's own text, white space collapsed, and ``lines`` its pieces, where other
    elements (``br``) stand between them; ``length`` the characters of all text in it, ``linked``
    those of them that are in links; ``ends`` the number behind the last element inside; ``paths``
    are equal where the names from the body down are.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.nodes: list[LexborNode] = []
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.depths: list[int] = []
        self.attributes: list[Attributes] = []
        self.classes: list[tuple[str, ...]] = []
        self.own: list[str] = []
        self.lines: dict[int, list[str]] = {}
        self.length: list[int] = []
        self.linked: list[int] = []
        self.ends: list[int] = []
        self.paths: list[int] = []
        self.unseen: list[bool] = []
        self.complete = True
        self._textless = frozenset() if isinstance(tree, XmlTree) else _TEXTLESS
        self._interned: dict[tuple[int, str], int] = {}
        if tree.body is not None:
            self._walk(tree.body)
        self._sum()

    def __len__(self) -> int:
        return len(self.tags)

    def _walk(self, body: LexborNode) -> None:
        """Enter every element once, in document order; a stack of our own, for pages nest deep."""
        budget = self.tree.budget
        self._enter(body, -1)
        current, node = 0, body.first_child
        texts: list[list[str]] = [[]]
        while True:
            budget.step()
            if node is None:
                self._leave(current, texts.pop())
                if current == 0:
                    break
                node = self.nodes[current].next
                current = self.parents[current]
            elif node.is_element_node:
                if len(self.tags) >= MOST_ELEMENTS:
                    self.complete = False
                    node = None
                    continue
                current = self._enter(node, current)
                texts.append([])
                node = node.first_child
            else:
                if node.is_text_node and not self.unseen[current]:
                    texts[-1].append(node.text_content or "")
                node = node.next

    def _enter(self, node: LexborNode, parent: int) -> int:
        number = len(self.tags)
        tag = node.tag or ""
        attributes = node.attributes
        if len(attributes) > _MOST_ATTRIBUTES:
            attributes = dict(list(attributes.items())[:_MOST_ATTRIBUTES])
        self.nodes.append(node)
        self.tags.append(tag)
        self.parents.append(parent)
        self.attributes.append(attributes)
        names = attributes.get("class")
        self.classes.append(_classes(names) if names else ())
        self.own.append("")
        self.length.append(0)
        self.linked.append(0)
        self.ends.append(number + 1)
        if parent < 0:
            self.depths.append(0)
            self.paths.append(0)
            self.unseen.append(False)
            return number
        self.depths.append(self.depths[parent] + 1)
        key = (self.paths[parent], tag)
        self.paths.append(self._interned.setdefault(key, len(self._interned) + 1))
        self.unseen.append(self.unseen[parent] or tag in UNSEEN)
        return number

    def _leave(self, number: int, texts: list[str]) -> None:
        self.ends[number] = len(self.tags)
        if texts and self.tags[number] not in self._textless:
            lines = [line for line in (" ".join(text.split()) for text in texts) if line]
            if len(lines) > 1:
                self.lines[number] = lines
            self.own[number] = text = " ".join(lines)
            self.length[number] = len(text)

    def _sum(self) -> None:
        length, linked, parents = self.length, self.linked, self.parents
        for number in range(len(length) - 1, 0, -1):
            parent = parents[number]
            length[parent] += length[number]
            linked[parent] += length[number] if self.tags[number] == "a" else linked[number]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The number of each node by its id in the parser."""
        return {node.mem_id: number for number, node in enumerate(self.nodes)}

    @cached_property
    def total(self) -> int:
        """The characters of the page's text."""
        return self.length[0] if self.length else 0

    @cached_property
    def children(self) -> list[list[int]]:
        """The children of each element."""
        found: list[list[int]] = [[] for _ in self.tags]
        for number in range(1, len(self.tags)):
            found[self.parents[number]].append(number)
        return found

    @cached_property
    def deepest(self) -> int:
        """How many ancestors below the body the deepest element has."""
        return max(self.depths, default=0)

    @cached_property
    def ranks(self) -> list[tuple[int, int]]:
        """Where each element stands among its siblings, and among those of its name: from 1."""
        found = [(0, 0)] * len(self.tags)
        for siblings in self.children:
            counts: dict[str, int] = {}
            for index, number in enumerate(siblings, start=1):
                tag = self.tags[number]
                counts[tag] = counts.get(tag, 0) + 1
                found[number] = (index, counts[tag])
        return found

    def above(self, number: int) -> Iterator[int]:
        """Yield the proper ancestors of an element, nearest first."""
        number = self.parents[number]
        while number >= 0:
            yield number
            number = self.parents[number]

    def text(self, number: int, most: int = _LONGEST_TEXT) -> str:
        """Return the text in an element, at most ``most`` characters, white space collapsed.

        Texts of several elements are parted by a blank, whatever a browser would do.
        """
        parts: list[str] = []
        left = most
        for inside in range(number, self.ends[number]):
            own = self.own[inside]
            if own:
                parts.append(own)
                left -= len(own) + 1
                if left <= 0:
                    break
        return " ".join(parts)[:most]


def _classes(names: str) -> tuple[str, ...]:
    found = [name for name in names[:1_000].split()[:_MOST_CLASSES] if len(name) <= _LONGEST_CLASS]
    return tuple(dict.fromkeys(found))
