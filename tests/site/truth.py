"""What the shop's pages hold, as values: a test compares an extraction with these (pure).

A shop is named by its size, ``<pages>x<items>``: so many listing pages with so many items each. A
tag behind it, ``<pages>x<items>-<tag>``, tells one visitor's requests from another's.
Everything follows from the numbers, so that 100,000 pages need no storage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = ("Amber", "Birch", "Cobalt", "Dünen", "Épice", "Fjord", "Ginkgo", "Horizon", "Indigo")
_KINDS = ("lamp", "chair", "kettle", "notebook", "bicycle", "telescope", "Teppich", "椅子")
_SIZE = re.compile(r"(\d+)x(\d+)(?:-(\w+))?")


@dataclass(frozen=True, slots=True)
class Shop:
    """``pages`` listing pages of ``items`` items each; items are numbered from 1."""

    pages: int
    items: int
    tag: str = ""

    @property
    def name(self) -> str:
        """The shop's name in paths."""
        return f"{self.pages}x{self.items}" + (f"-{self.tag}" if self.tag else "")

    def on_page(self, page: int) -> range:
        """Return the numbers of the items on a listing page (from 1)."""
        first = (page - 1) * self.items + 1
        return range(first, first + self.items)


def parse_shop(name: str) -> Shop | None:
    """Return the shop that a path segment names."""
    found = _SIZE.fullmatch(name)
    return Shop(int(found[1]), int(found[2]), found[3] or "") if found else None


def title(number: int) -> str:
    """Return an item's title."""
    word, kind = _WORDS[number % len(_WORDS)], _KINDS[number % len(_KINDS)]
    return f"{word} {kind} & Co. {number}"


def price(number: int) -> str:
    """Return an item's price as its page shows it."""
    return f"{number * 37 % 20_000 / 100:.2f} €"


def sku(number: int) -> str:
    """Return an item's article number, shown on its details page alone."""
    return f"SKU-{number:07d}"


def description(number: int) -> str:
    """Return the text of a details page."""
    return f"{title(number)}: item number {number}, weighs {number % 90 + 10} g."


def tags(number: int) -> list[str]:
    """Return an item's tags: none to three."""
    return [f"tag-{(number + step) % 7}" for step in range(number % 4)]


def item_path(shop: Shop, number: int) -> str:
    """Return the path of an item's details page."""
    return f"/shop/{shop.name}/item/{number}"


def page_path(shop: Shop, page: int) -> str:
    """Return the path of a listing page."""
    return f"/shop/{shop.name}/page/{page}"


def records(shop: Shop, base: str, *, details: bool = True) -> Iterator[dict[str, object]]:
    """Yield the records that ``payload`` extracts, in document order; ``base``: the site's URL."""
    for number in range(1, shop.pages * shop.items + 1):
        record: dict[str, object] = {
            "Title_href": base + item_path(shop, number),
            "Title_text": title(number),
            "Price_text": price(number),
        }
        if details:
            record["Title_details"] = [_details(number)]
        yield record


def _details(number: int) -> dict[str, object]:
    found: dict[str, object] = {"Sku_text": sku(number), "About_text": description(number)}
    marks = tags(number)
    if marks:
        found["Tag_text"] = marks[0] if len(marks) == 1 else marks
    return found


def payload(
    shop: Shop, base: str, *, details: bool = True, output: str = "jsonl"
) -> dict[str, object]:
    """Return the payload of a task that extracts the whole shop."""
    link: dict[str, object] = {"name": "Title", "selector": "h3 a", "type": 2}
    if details:
        link["details"] = {
            "name": "item",
            "fields": [
                {"name": "Sku", "selector": ".sku", "type": 1},
                {"name": "About", "selector": ".about", "type": 1},
                {"name": "Tag", "selector": ".tag", "type": 1},
            ],
        }
    return {
        "name": "shop",
        "request": {"url": base + page_path(shop, 1), "type": "base"},
        "commonParent": ".card",
        "fields": [link, {"name": "Price", "selector": ".price", "type": 1}],
        "paginator": {"nextPageSelector": "a.next", "pageNum": shop.pages},
        "format": output,
    }
