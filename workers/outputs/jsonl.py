"""JSON Lines: a record a line, as it was stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from schemas.plan import Plan
from workers.outputs.chunks import batches, chunked


class JsonLinesOutput:
    """UTF-8, each line ended by LF; a file without records is empty."""

    extension: ClassVar[str] = "jsonl"
    content_type: ClassVar[str] = "application/x-ndjson"

    def __init__(self, plan: Plan) -> None:
        """Take the plan as every member does; a line needs no columns."""

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the file; a stored record is a line already."""
        yield from chunked(b"\n".join([*batch, b""]) for batch in batches(records))
