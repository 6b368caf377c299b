"""XML: one document of records, elements named after the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, ClassVar

import orjson
from lxml import etree

from schemas.plan import Plan
from workers.outputs.chunks import batches, chunked
from workers.outputs.columns import Shape, shape_of
from workers.outputs.markup import element_names, legal
from workers.outputs.values import joined

Filler = Callable[[etree._Element, dict[str, Any]], None]  # noqa: SLF001 - lxml's name for the type


class XmlOutput:
    """UTF-8; several values are repeated elements, details ``record`` elements inside their own."""

    extension: ClassVar[str] = "xml"
    content_type: ClassVar[str] = "application/xml"

    def __init__(self, plan: Plan) -> None:
        shape = shape_of(plan)
        self._usual, self._fill = _Usual(shape), filler(shape)

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the document, a record a line."""
        yield from chunked(self._document(records))

    def _document(self, records: Iterable[bytes]) -> Iterator[bytes]:
        buffer = BytesIO()
        with etree.xmlfile(buffer, encoding="UTF-8") as document:
            document.write_declaration()
            with document.element("records"):
                document.write("\n")
                for batch in batches(records):
                    for record in batch:
                        document.write(self._element(record))
                    document.flush()
                    yield buffer.getvalue()
                    buffer.seek(0)
                    buffer.truncate()
        yield buffer.getvalue() + b"\n"

    def _element(self, record: bytes) -> etree._Element:
        """Return the record's element, which is good until the next one is asked for."""
        values = orjson.loads(record)
        usual = self._usual.filled(values)
        if usual is not None:
            return usual
        element = etree.Element("record")
        self._fill(element, values)
        element.tail = "\n"
        return element


class _Usual:
    """The element of a record with one text in each column, as most are: made once, filled anew."""

    def __init__(self, shape: Shape) -> None:
        self._keys = [column.key for column in shape.columns]
        names = element_names(self._keys)
        self._element = etree.Element("record")
        self._element.tail = "\n"
        self._places = [etree.SubElement(self._element, names[key]) for key in self._keys]

    def filled(self, record: dict[str, Any]) -> etree._Element | None:
        """Return the element with these values; None for a record that is not as simple."""
        if list(record) != self._keys:
            return None
        try:
            if not "".join(record.values()).isprintable():
                return None
        except TypeError:  # a list or a number among them
            return None
        for place, text in zip(self._places, record.values(), strict=True):
            place.text = text
        return self._element


def filler(shape: Shape) -> Filler:
    """Return a function that puts a record of this shape into an element."""
    names = element_names(column.key for column in shape.columns)
    columns = [
        (column.key, names[column.key], None if column.details is None else filler(column.details))
        for column in shape.columns
    ]

    def fill(element: etree._Element, record: dict[str, Any]) -> None:
        for key, name, details in columns:
            value = record.get(key)
            if value is None:
                continue
            if details is not None:
                inside = etree.SubElement(element, name)
                for one in value:
                    details(etree.SubElement(inside, "record"), one)
                continue
            for one in value if isinstance(value, list) else (value,):
                etree.SubElement(element, name).text = legal(joined(one))

    return fill
