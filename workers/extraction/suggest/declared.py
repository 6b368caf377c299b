"""What a page declares in JSON-LD or microdata, held against what its elements show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workers.extraction.structured.found import Described, described
from workers.extraction.suggest.wanted import plain
from workers.extraction.tree import Tree

_LEAST: Final = 3  # items of a type, that make a list
_AGREE: Final = 0.6  # of a column's values, that the page must declare under one name
_SHORTEST: Final = 2  # letters and digits of a value
_THINGS: Final = (
    "Product", "Recipe", "JobPosting", "Event", "Article", "NewsArticle", "BlogPosting", "Book",
    "Movie", "Course", "LocalBusiness", "Restaurant",
)  # fmt: skip
_PLAIN_NAMES: Final = {
    "name": "Title",
    "headline": "Title",
    "title": "Title",
    "image": "Image",
    "url": "Link",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """The types of what a page declares, most frequent first, and how many items there are."""

    types: tuple[str, ...]
    items: int


class Declared:
    """What one page declares."""

    def __init__(self, tree: Tree) -> None:
        self._items = described(tree) if _declares(tree) else []

    def summary(self) -> Declaration:
        """Return the types and the number of the items that stand for themselves."""
        counts = Counter(kind for item in self._items for kind in item.types[:1])
        most = counts.most_common(1)
        return Declaration(
            tuple(kind for kind, _ in counts.most_common(8)), most[0][1] if most else 0
        )

    def thing(self) -> Described | None:
        """Return the one thing that the page is about: the only one of its kind, in no other."""
        for wanted in _THINGS:
            alike = [item for item in self._items if wanted in item.types and not item.nested]
            if alike:
                return alike[0] if len(alike) == 1 else None
        return None

    def name_of(self, values: Sequence[str]) -> str:
        """Return the name under which the page declares most of ``values``, or nothing."""
        counts: Counter[str] = Counter()
        looked = [key for key in map(plain, values[:20]) if len(key) >= _SHORTEST]
        for key in looked:
            counts.update(self._names.get(key, ()))
        if not counts:
            return ""
        name, count = counts.most_common(1)[0]
        return name_of_path(name) if count >= _AGREE * len(looked) else ""

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        """The paths under which each value is declared, of types that several items have."""
        counts = Counter(kind for item in self._items for kind in item.types)
        found: dict[str, set[str]] = {}
        for item in self._items:
            if any(counts[kind] >= _LEAST for kind in item.types):
                for path, texts in item.texts.items():
                    for text in texts[:3]:
                        found.setdefault(plain(text), set()).add(path)
        return {key: frozenset(paths) for key, paths in found.items()}


def name_of_path(path: str) -> str:
    """Return what a person calls the value at ``path``: ``offers.price`` is a price."""
    steps = path.split(".")
    last = steps[-2] if len(steps) > 1 and steps[-1] in {"name", "url"} else steps[-1]
    return _PLAIN_NAMES.get(last, last)


def _declares(tree: Tree) -> bool:
    return tree.first('script[type*="ld+json"], [itemscope]') is not None
