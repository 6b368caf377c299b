"""The contract of an output: records in, bytes of a file out, in bounded memory.

A member is built with the plan (for its columns) and called once with the records, in order.

* A record arrives as the bytes of one JSON object (UTF-8, no line break), details already nested:
  ``{"Title_text": "…", "Title_details": [{…}]}``. Values are strings, lists of strings, numbers
  (search results) or lists of records (details).
* ``encode`` yields chunks of the file, each at most about 1 MiB, and holds neither all records nor
  the whole file in memory; a member that needs a seekable file uses a temporary one and removes it,
  also when the consumer stops early.
* No record at all gives a valid, empty file of the format (CSV: the header alone).
* The same records give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Protocol

from schemas.plan import Plan


class Output(Protocol):
    """One file format."""

    extension: ClassVar[str]
    content_type: ClassVar[str]

    def __init__(self, plan: Plan) -> None: ...

    def encode(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the file's bytes for ``records``, each the bytes of one JSON object."""
        ...
