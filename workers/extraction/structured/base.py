"""The contract of a query: a selector with a prefix, which asks a page for texts, not elements.

A query is made once for a plan, of what stands behind its prefix, and then asked block by block. It

* refuses by ``QueryFault`` what could give nothing on any page, in a sentence that says the cure;
* keeps nothing of a page: what is read once a page is kept by ``data.PageData``;
* answers with what the block says, and else with what the page says outside of all blocks; which
  of the two a prefix knows is told in its file;
* raises nothing because of a page, however broken, but what the page's ``Budget`` raises.
"""

from __future__ import annotations

from typing import Protocol

from selectolax.lexbor import LexborNode

from workers.extraction.structured.data import PageData


class QueryFault(ValueError):
    """The query can't be used; the message is a sentence that says why."""


class TextQuery(Protocol):
    """What one selector with a prefix asks for.

    ``informs``: a record that has such values alone is worth keeping. ``needs_visit``: it asks how
    the page was found (``source.Visit``), which is told to pages of such collections only.
    """

    informs: bool
    needs_visit: bool

    def __init__(self, text: str) -> None: ...

    def texts(self, page: PageData, number: int) -> list[str]:
        """Return what block ``number`` of ``page`` says, in the page's order; [] for nothing."""
        ...


class Locating(TextQuery, Protocol):
    """A query that can stand in ``commonParent``.

    ``gives_elements``: its blocks are elements, in which other selectors can look.
    """

    gives_elements: bool

    def locate(self, page: PageData) -> list[LexborNode]:
        """Return the blocks' elements; ``page`` knows then where blocks are, or which items."""
        ...
