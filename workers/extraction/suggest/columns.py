"""A column: one field in the making."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from schemas.plan import IMAGE, LINK, TEXT
from workers.extraction.suggest.places import Place

TEXTS: Final = frozenset({"innerText", "text"})


@dataclass(slots=True, eq=False)
class FieldColumn:
    """Where a field is, what is taken of it, and what it holds in the blocks that were looked at.

    ``values`` are texts (of a picture its URL), ``links`` what its links say, an entry an element.
    ``line`` is the number of a text in its element, from 1; that of one which begins with ``label``
    is -1. ``twins`` say the same elsewhere.
    """

    place: Place
    attrs: tuple[str, ...]
    kind: str
    values: list[str]
    links: list[str] = field(default_factory=list)
    line: int = 0
    label: str = ""
    name: str = ""
    selector: str = ""
    twins: list[FieldColumn] = field(default_factory=list)

    @property
    def type(self) -> int:
        """The field's type in a payload."""
        if self.kind == "image":
            return IMAGE
        return LINK if "href" in self.attrs else TEXT

    @property
    def has_text(self) -> bool:
        """Whether a text is taken."""
        return self.attrs[-1] in TEXTS

    @property
    def order(self) -> tuple[int, int]:
        """Where in the document it stands."""
        return self.place.occurrences[0][1], self.line
