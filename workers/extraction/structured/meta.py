"""``meta:og:title``: the ``content`` of ``meta`` elements by property, name or http-equiv.

They are the page's, so that every block of it says the same.
"""

from __future__ import annotations

from workers.extraction.structured.base import QueryFault
from workers.extraction.structured.data import PageData


class MetaQuery:
    """The contents of the page's ``meta`` elements of one name, in any letter case."""

    informs = True
    needs_visit = False

    def __init__(self, text: str) -> None:
        self._name = text.strip().lower()
        if not self._name:
            raise QueryFault("Say which one, for example `meta:og:title` or `meta:description`.")

    def texts(self, page: PageData, number: int) -> list[str]:  # noqa: ARG002 - of every block
        """Return the contents in document order, empty ones too."""
        return page.metas.get(self._name, [])
