"""``jsonld:Product.offers.price``: what JSON-LD says of items of a type, ``*`` of any type.

A block that is such an item says what it and the items in it say; one that is an element, what the
scripts in it say. Where that is nothing, what stands in no block holds for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from workers.extraction.structured.base import QueryFault
from workers.extraction.structured.data import PageData
from workers.extraction.structured.paths import Node, Path, parsed, values
from workers.extraction.structured.texts import json_of, text_of


class JsonLdQuery:
    """Values of items of one type, by a path."""

    informs = True
    needs_visit = False
    gives_elements = False

    def __init__(self, text: str) -> None:
        self._path = read_path(text, "jsonld")

    def texts(self, page: PageData, number: int) -> list[str]:
        """Return what the block says, and else what the page says outside of all blocks."""
        found = self._read(page, page.json_in(number))
        if found or (page.elements is None and not page.items):
            return found
        return page.once(self, lambda: self._read(page, page.json_outside, page.item_ids))

    def _read(
        self, page: PageData, roots: Iterable[object], skip: frozenset[int] = frozenset()
    ) -> list[str]:
        found: list[str] = []

        def take(item: Node) -> bool:
            texts = item_texts(page, item, self._path)
            found.extend(texts)
            return bool(texts)  # One that doesn't know may hold one that does.

        page.json.each(roots, self._path.type, take, skip)
        return found

    def locate(self, page: PageData) -> list[LexborNode]:
        """Make each item of the type a block; as its element the page's body stands in."""
        blocks: list[Node] = []

        def take(item: Node) -> bool:
            blocks.append(item)
            return True

        page.json.each(page.json.contents.values(), self._path.type, take)
        page.items = blocks
        return [page.tree.body or page.tree.root] * len(blocks)

    @property
    def is_item(self) -> bool:
        """Whether it asks for items, with no path on from them."""
        return not self._path.steps


def item_texts(page: PageData, item: Node, path: Path) -> list[str]:
    """Return the texts to which the steps of ``path`` lead from ``item``."""
    budget = page.tree.budget
    found: list[str] = []
    for value in values(item, path.steps, page.json.resolve):
        text = text_of(value) if path.steps else json_of(value)
        if text is not None:
            budget.spend(text)
            found.append(text)
    return found


def read_path(text: str, prefix: str) -> Path:
    """Return the path of a query; raises ``QueryFault``."""
    path = parsed(text.strip())
    if path is None:
        raise QueryFault(
            f"{text!r} is no type with a path: write `{prefix}:Product.offers.price`, the type by "
            "its own name (or `*`), then properties; `[0]` behind one is its first value."
        )
    return path
