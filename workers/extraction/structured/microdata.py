"""``microdata:Product.price``: what microdata says of items of a type, ``*`` of any type.

A block says what the items say that it is or holds; without any of the type, the item around it
does. Blocks of their own (``commonParent``) are the items' elements, in which CSS looks as in any.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from workers.extraction.structured.data import PageData
from workers.extraction.structured.json_items import MOST_ITEMS
from workers.extraction.structured.jsonld import item_texts, read_path


class MicrodataQuery:
    """Values of items of one type, by a path."""

    informs = True
    needs_visit = False
    gives_elements = True

    def __init__(self, text: str) -> None:
        self._path = read_path(text, "microdata")

    @property
    def is_item(self) -> bool:
        """Whether it asks for items, with no path on from them."""
        return not self._path.steps

    def texts(self, page: PageData, number: int) -> list[str]:
        """Return what the block's items say; for an item that doesn't know, its parts may."""
        found: list[str] = []
        answered: dict[int, bool] = {}
        holders = page.microdata.holders
        for scope in self._items(page, number):
            above = [(answered[key], part) for key, part in holders(scope) if key in answered]
            if len(answered) < MOST_ITEMS and all(part and not knew for knew, part in above):
                texts = item_texts(page, page.microdata.item(scope), self._path)
                answered[scope.mem_id] = bool(texts)
                found += texts
        return found

    def _items(self, page: PageData, number: int) -> list[LexborNode]:
        """Return the items of the type that the block is, or holds, or else stands in."""
        microdata, name = page.microdata, self._path.type
        if page.elements is None:
            return microdata.of_type(name, microdata.scopes)
        inside = microdata.of_type(name, page.scopes_in(number))
        if inside:
            return inside
        around = microdata.around(page.elements[number])
        while around is not None and not microdata.of_type(name, [around]):
            around = microdata.around(around)
        return [] if around is None else [around]

    def locate(self, page: PageData) -> list[LexborNode]:
        """Make the element of each item of the type a block."""
        microdata = page.microdata
        items = microdata.of_type(self._path.type, microdata.scopes)
        page.elements = blocks = microdata.outermost(items)[:MOST_ITEMS]
        return blocks
