"""``const:shop-a``: the text itself, in every record that holds something else as well."""

from __future__ import annotations

from workers.extraction.structured.base import QueryFault
from workers.extraction.structured.data import PageData


class ConstantQuery:
    """A text that the payload says."""

    informs = False
    needs_visit = False

    def __init__(self, text: str) -> None:
        if not text:
            raise QueryFault("Say the text that every record is to have: `const:shop-a`.")
        self._texts = [text]

    def texts(self, page: PageData, number: int) -> list[str]:  # noqa: ARG002 - of every block
        """Return the one text."""
        return self._texts
