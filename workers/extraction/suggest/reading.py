"""The columns of a group: texts, links and pictures at its places, each said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urldefrag

from workers.extraction.lazy import is_picture, largest, lazy_source, srcsets
from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.kinds import kind_of
from workers.extraction.suggest.lines import lines_of
from workers.extraction.suggest.outline import Attributes, Outline
from workers.extraction.suggest.places import Place
from workers.extraction.suggest.units import INLINE, LONGEST, SUPPORT, Unit, Units
from workers.extraction.suggest.variety import varies

MOST: Final = 20
_COMPARED: Final = 8  # elements
_SAID: Final = 0.7  # of a text, that its lines must hold to stand for it
_LEADING: Final = 0.5  # of the links, that must lead to pages
_NOWHERE: Final = ("#", "javascript:", "mailto:", "tel:")


def columns_of(outline: Outline, places: Sequence[Place]) -> list[FieldColumn]:
    """Return the columns that ``places`` hold, at most 20, in document order."""
    reader = _ColumnReader(outline, places)
    columns = [*reader.texts(), *reader.links(), *reader.pictures()]
    columns = _without_twins(_joined(columns)) or reader.last_resort()
    columns.sort(key=lambda column: -column.place.holders)
    return sorted(columns[:MOST], key=lambda column: column.order)


class _ColumnReader:
    def __init__(self, outline: Outline, places: Sequence[Place]) -> None:
        self._outline = outline
        self._places = places
        self._least = SUPPORT * places[0].holders

    def _values(self, place: Place) -> list[str]:
        return [self._outline.text(element, LONGEST) for element in place.elements]

    def texts(self) -> list[FieldColumn]:
        found = []
        for unit in Units(self._outline, self._places).all():
            values = self._values(unit.place)
            lines = lines_of(self._outline, unit)
            found += lines
            said = sum(len(value) for line in lines for value in line.values)
            if varies(values) and not (lines and said >= _SAID * sum(map(len, values))):
                attrs = ("innerText",) if self._runs_together(unit) else ("text",)
                found.append(FieldColumn(unit.place, attrs, kind_of(values), values))
        return found

    def _runs_together(self, unit: Unit) -> bool:
        """Whether words of several elements have no blank between them in the plain text."""
        tags = {child.tag for child in unit.place.children}
        if tags <= INLINE - {"br"}:
            return False
        outline = self._outline
        return any(
            outline.nodes[element].text().split() != outline.text(element, LONGEST).split()
            for element in unit.place.elements[:_COMPARED]
        )

    def links(self) -> list[FieldColumn]:
        found = []
        for place in self._places:
            if place.tag == "a" and place.holders >= self._least:
                here = (self._outline.attributes[element] for element in place.elements)
                links = [(attributes.get("href") or "").strip() for attributes in here]
                if _lead(links):
                    found.append(FieldColumn(place, ("href",), "link", self._values(place), links))
        return found

    def pictures(self) -> list[FieldColumn]:
        found = []
        for place in self._places:
            if place.tag == "img" and place.holders >= self._least and not place.repeats:
                here = [self._outline.attributes[element] for element in place.elements]
                sources = list(map(_source, here))
                if varies(sources):
                    shown = [attributes.get("src") or "" for attributes in here]
                    is_lazy = shown != sources or not all(map(is_picture, shown))
                    attr = "image" if is_lazy else "src"
                    found.append(FieldColumn(place, (attr,), "image", sources))
        return found

    def last_resort(self) -> list[FieldColumn]:
        """Return the text of the block: it has no parts that differ."""
        root = self._places[0]
        values = self._values(root)
        return (
            [FieldColumn(root, ("innerText",), kind_of(values), values)] if varies(values) else []
        )


def _lead(links: Sequence[str]) -> bool:
    """Whether ``links`` lead to different pages for the most part."""
    real = [link for link in links if link and not link.lower().startswith(_NOWHERE)]
    return len(real) >= _LEADING * len(links) and varies(real)


def _source(attributes: Attributes) -> str:
    """Return the picture that a visitor sees of an ``img``."""
    lazy = lazy_source(attributes) or attributes.get("src")
    return (lazy or largest(srcsets(attributes), frozenset()) or "").strip()


def _joined(columns: Sequence[FieldColumn]) -> list[FieldColumn]:
    """Make one column of a link and its text."""
    texts = [column for column in columns if column.has_text and not column.line]
    gone: set[int] = set()
    for column in columns:
        if column.kind != "link":
            continue
        text = next((one for one in texts if _says_same(column, one)), None)
        if text is not None:
            gone.add(id(text))
            column.attrs = ("href", *text.attrs)
            column.kind = "link" if text.kind == "text" else text.kind
    return [column for column in columns if id(column) not in gone]


def _says_same(link: FieldColumn, text: FieldColumn) -> bool:
    """Whether a text is all that a link says: its own, or that inside it or around it."""
    if link.place is text.place:
        return True
    related = _is_above(link.place, text.place) or _is_above(text.place, link.place)
    return related and text.values == link.values


def _is_above(outer: Place, inner: Place) -> bool:
    return any(place is outer for place in inner.above())


def _without_twins(columns: Iterable[FieldColumn]) -> list[FieldColumn]:
    """Drop what another column says already: a picture's link to where its title leads."""
    found: list[FieldColumn] = []
    targets: dict[tuple[str, ...], FieldColumn] = {}
    said: set[tuple[str, ...]] = set()
    for column in sorted(columns, key=_telling):
        if column.links:
            key = tuple(urldefrag(link).url for link in column.links)
            first = targets.setdefault(key, column)
            if first is not column and len(column.attrs) == 1:
                first.twins.append(column)
                continue
            if first is not column:
                column.attrs, column.links = column.attrs[1:], []
        texts = tuple(column.values)
        if column.has_text and texts in said:
            continue
        if column.has_text:
            said.add(texts)
        found.append(column)
    return found


def _telling(column: FieldColumn) -> tuple[int, int, float, tuple[int, int]]:
    """Rank a column among those that say the same: links with texts of their own first."""
    mean = sum(min(len(value), 100) for value in column.values) / len(column.values)
    return -len(column.attrs), -column.place.holders, -mean, column.order
