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

Filler = Callable[[etree._Element, dict[str, Any]], None]  # noqa: SLF001 - lxml's name for the type


class XmlOutput:
    """UTF-8; several values are repeated elements, details ``record`` elements inside their own."""

    extension: ClassVar[str] = "xml"
    content_type: ClassVar[str] = "application/xml"

    def __init__(self, plan: Plan) -> None:
        self._fill = filler(shape_of(plan))

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
        element = etree.Element("record")
        self._fill(element, orjson.loads(record))
        element.tail = "\n"
        return element


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
                etree.SubElement(element, name).text = legal(str(one))

    return fill
