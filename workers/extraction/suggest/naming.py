"""What a column is called: by the page's own words, else by its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.declared import Declared
from workers.extraction.suggest.headers import LONGEST_NAME, column_of, headers_over
from workers.extraction.suggest.labels import labels_before
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.places import Place
from workers.extraction.suggest.words import is_wordlike

_TELLING: Final = (
    "itemprop", "data-label", "data-th", "data-title", "data-field", "data-testid", "data-qa",
    "data-name", "property",
)  # fmt: skip
_FRAME: Final = frozenset(
    """a align article background base beside block body bold box btn button card cat category cell
    clear clearfix col collection color column component container content data default description
    desktop details div el elem element entry even field file first font for forum grid group
    hidden image img info inline inner is item items js label last left li line link links list
    listing main media meta middle mini mobile module msg node normal nowrap odd outer p page panel
    part pos post primary product pull record result results right row secondary section short size
    small span standard style submit sub table td teaser text thread tile title top topic unit value
    view views visible widget with wrap wrapper""".split()  # noqa: SIM905 - read as a sentence
)
"""Words in class names that say what an element is on the page, and not what it says."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_CAMEL: Final = re.compile(r"[a-z]+(?:[A-Z][a-z]+)+")
_AROUND: Final = " :：.*#-–"
_BY_KIND: Final = {
    "code": "Number", "date": "Date", "email": "E-mail", "image": "Image", "link": "Link",
    "number": "Number", "percent": "Percent", "phone": "Phone", "price": "Price",
    "rating": "Rating", "text": "Text", "time": "Time", "url": "Address",
}  # fmt: skip
_NO_TITLES: Final = frozenset(_BY_KIND) - {"code", "link", "text"}
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HEADING_WEIGHT: Final = 3
_LOOKED_AT: Final = 10  # elements


class Namer:
    """Names the columns of one group."""

    def __init__(self, outline: Outline, members: Sequence[int], declared: Declared) -> None:
        self._outline = outline
        self._declared = declared
        self._headers = headers_over(outline, members[0])
        self._own_words = {
            word.lower() for name in outline.classes[members[0]] for word in _WORD.findall(name)
        }

    def name(self, columns: Sequence[FieldColumn]) -> FieldColumn | None:
        """Give each of ``columns`` a name of its own; return the one that is the title."""
        title = title_of(columns)
        taken: set[str] = set()
        for column in columns:
            name = next(self._said(column), "")
            if not name:
                derived = "Title" if column is title else next(self._derived(column), "")
                name = derived or _BY_KIND[column.kind]
            column.name = unique(neat(name), taken)
            taken.add(column.name.lower())
        return title

    def _said(self, column: FieldColumn) -> Iterator[str]:
        """Yield what the page itself calls the column."""
        yield from self._by_attribute(column)
        yield from self._by_header(column)
        declared = self._declared.name_of(column.values)
        if declared:
            yield declared

    def _derived(self, column: FieldColumn) -> Iterator[str]:
        if column.place.label:
            yield column.place.label
        yield from labels_before(self._outline, column)
        yield from self._by_class(column)

    def _by_attribute(self, column: FieldColumn) -> Iterator[str]:
        for place in _alone(column.place):
            here = [self._outline.attributes[element] for element in place.elements[:_LOOKED_AT]]
            for name in _TELLING:
                values = {attributes.get(name) for attributes in here}
                value = values.pop() if len(values) == 1 else None
                if value and len(value) <= LONGEST_NAME:
                    yield value.rpartition(":")[2] if name == "property" else value

    def _by_header(self, column: FieldColumn) -> Iterator[str]:
        path = [column.place, *column.place.above()]
        if not self._headers or len(path) < 2:  # noqa: PLR2004 - the block itself
            return
        cell = path[-2]
        is_main = column.place is cell or len(cell.children) <= 2  # noqa: PLR2004
        header = self._headers.get(column_of(self._outline, cell.elements[0]))
        if header and is_main and cell.tag in {"td", "th"}:
            yield header

    def _by_class(self, column: FieldColumn) -> Iterator[str]:
        for place in _alone(column.place):
            names = self._outline.classes[place.elements[0]]
            for element in place.elements[1:_LOOKED_AT]:
                names = tuple(n for n in names if n in self._outline.classes[element])
            for name in filter(is_wordlike, names):
                words = [word for word in _WORD.findall(name) if self._tells(word.lower())]
                if words:
                    yield " ".join(words)

    def _tells(self, word: str) -> bool:
        return len(word) > 1 and word not in _FRAME and word not in self._own_words


def _alone(place: Place) -> Iterator[Place]:
    """Yield the place, and those around it that hold nothing else."""
    yield place
    for above in place.above():
        if above.parent is None or len(above.children) > 1:
            return
        yield above


def title_of(columns: Sequence[FieldColumn]) -> FieldColumn | None:
    """Return the column that a person would call the record by: the text of a heading or a link."""
    best, chosen = 0.0, None
    for column in columns:
        heading = any(place.tag in _HEADINGS for place in (column.place, *column.place.above()))
        if column.kind in _NO_TITLES or not column.has_text or not (heading or column.links):
            continue
        length = sum(min(len(value), 120) for value in column.values)
        weight = length * (_HEADING_WEIGHT if heading else 1)
        if weight > best:
            best, chosen = weight, column
    return chosen


def neat(name: str) -> str:
    """Return ``name`` as a person would write it, at most 40 characters."""
    if _CAMEL.fullmatch(name):
        name = " ".join(_WORD.findall(name)).lower()
    if " " not in name:
        name = name.replace("-", " ")
    name = " ".join(name.replace("_", " ").split()).strip(_AROUND)[:LONGEST_NAME].strip()
    name = name or "Text"
    return name[0].upper() + name[1:]


def unique(name: str, taken: set[str]) -> str:
    """Return ``name``, with a number where it is among those ``taken`` (in lower case)."""
    offered, number = name, 2
    while offered.lower() in taken:
        offered, number = f"{name} {number}", number + 1
    return offered
