"""The list of selector prefixes, and how a selector is told to be one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from workers.extraction.structured.base import Locating, QueryFault, TextQuery
from workers.extraction.structured.constant import ConstantQuery
from workers.extraction.structured.jsonld import JsonLdQuery
from workers.extraction.structured.meta import MetaQuery
from workers.extraction.structured.microdata import MicrodataQuery
from workers.extraction.structured.page_columns import PageQuery

QUERIES: Final[dict[str, Callable[[str], TextQuery]]] = {
    "jsonld": JsonLdQuery,
    "microdata": MicrodataQuery,
    "meta": MetaQuery,
    "page": PageQuery,
    "const": ConstantQuery,
}
"""Prefix → what makes the query of the text behind it."""

ATTRS: Final = frozenset({"href", "image", "path", "src", "text"})
"""What can be taken of a text: itself, or itself as an address made absolute."""

_LOCATING: Final = ("jsonld", "microdata")
_PREFIX: Final = re.compile(rf"({'|'.join(QUERIES)}):(.*)", re.DOTALL)
_CSS: Final = re.compile(r"meta:(?:[a-z-]+\(|(?:first|last|only)-)")
"""Selectors that ask for ``meta`` elements by a pseudo-class."""


def is_query(selector: str) -> bool:
    """Whether ``selector`` begins with a prefix, and so is neither CSS nor XPath."""
    return _PREFIX.fullmatch(selector) is not None and not _CSS.match(selector)


def query(selector: str) -> TextQuery | None:
    """Return the query that ``selector`` is, or None: it is no such selector.

    Raises:
        QueryFault: It could give nothing on any page.
    """
    found = _PREFIX.fullmatch(selector)
    if found is None or _CSS.match(selector):
        return None
    return QUERIES[found[1]](found[2])


def locating(selector: str) -> Locating | None:
    """Return the query that ``selector`` is where blocks are said, or None: it is no query.

    Raises:
        QueryFault: It is one that can't tell blocks.
    """
    asked = query(selector)
    if asked is None:
        return None
    if isinstance(asked, (JsonLdQuery, MicrodataQuery)):
        if asked.is_item:
            return asked
        raise QueryFault("Blocks are whole items: leave out the path and keep the type.")
    known = " or ".join(f"`{name}:Product`" for name in _LOCATING)
    raise QueryFault(f"Blocks are elements or items: write a CSS selector, or {known}.")
