"""All that a page describes in JSON-LD and microdata, for whoever looks for names and types.

``described`` is pure and bounded by the tree's budget; what is broken in a page is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from selectolax.lexbor import LexborNode

from workers.extraction.structured.data import PageData
from workers.extraction.structured.json_items import MOST_ITEMS
from workers.extraction.structured.paths import (
    ANY,
    DEEPEST,
    Node,
    Resolve,
    Step,
    local,
    types_of,
    values,
)
from workers.extraction.structured.texts import text_of
from workers.extraction.tree import Tree

Syntax = Literal["jsonld", "microdata"]
Texts = dict[str, tuple[str, ...]]

FARTHEST: Final = 3  # names of a path: ``offers.seller.name``
MOST_PATHS: Final = 200  # of an item


@dataclass(frozen=True, slots=True)
class Described:
    """An item that a page describes.

    ``types`` by their own names, as the page spells them. ``texts``: what a field with the selector
    ``<syntax>:<type>.<path>`` gives for it, by path (``name``, ``offers.price``), in the item's
    order. ``element``: of microdata the item's, of JSON-LD its script.
    ``nested``: it is, at any distance, a value of another item in the list.
    """

    syntax: Syntax
    types: tuple[str, ...]
    texts: Texts
    element: LexborNode
    nested: bool


def described(tree: Tree) -> list[Described]:
    """Return the items of a page, JSON-LD first, an item before those in it; bounded in number."""
    page = PageData(tree)
    return [*_of_json(page), *_of_microdata(page)]


def _of_json(page: PageData) -> list[Described]:
    found: list[Described] = []
    seen: set[int] = set()

    def look(roots: Iterable[object], script: LexborNode, depth: int) -> None:
        def take(item: Node) -> bool:
            if id(item) not in seen and len(found) < MOST_ITEMS:
                seen.add(id(item))
                texts = _texts(item, page.json.resolve)
                types = tuple(types_of(item))
                found.append(Described("jsonld", types, texts, script, depth > 0))
                if depth < DEEPEST:
                    look(item.values(), script, depth + 1)
            return True

        page.json.each(roots, ANY, take)

    for script in page.json.elements:
        look([page.json.contents[script.mem_id]], script, 0)
    return found


def _of_microdata(page: PageData) -> list[Described]:
    microdata = page.microdata
    found: list[Described] = []
    for scope in microdata.of_type(ANY, microdata.scopes)[:MOST_ITEMS]:
        item = microdata.item(scope)
        nested = any(True for _ in microdata.holders(scope))
        texts = _texts(item, lambda node: node)
        found.append(Described("microdata", tuple(types_of(item)), texts, scope, nested))
    return found


def _texts(item: Node, resolve: Resolve) -> Texts:
    """Return the texts of an item by path, those that are near first."""
    found: dict[str, list[str]] = {}
    level: list[tuple[str, Node]] = [("", item)]
    for _ in range(FARTHEST):
        below: list[tuple[str, Node]] = []
        for path, node in level:
            for key in node:
                if key.startswith("@") or len(below) + len(found) > MOST_PATHS:
                    continue
                name = path + local(key)
                for value in values(node, (Step(key),), resolve):
                    text = text_of(value)
                    if text is not None:
                        found.setdefault(name, []).append(text)
                    if isinstance(value, dict):
                        below.append((f"{name}.", value))
        level = below
    return {path: tuple(texts) for path, texts in found.items()}
