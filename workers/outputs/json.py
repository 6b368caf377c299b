"""JSON: one array of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from schemas.plan import Plan
from workers.outputs.chunks import batches, chunked


class JsonOutput:
    """UTF-8 without a byte order mark (RFC 8259), a record a line for whoever looks into it."""

    extension: ClassVar[str] = "json"
    content_type: ClassVar[str] = "application/json"

    def __init__(self, plan: Plan) -> None:
        """Take the plan as every member does; an array needs no columns."""

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the file; stored records only need commas between them."""
        yield from chunked(_array(records))


def _array(records: Iterable[bytes]) -> Iterator[bytes]:
    opening = b"[\n"
    for batch in batches(records):
        yield opening
        yield b",\n".join(batch)
        opening = b",\n"
    yield b"\n]\n" if opening == b",\n" else b"[]\n"
