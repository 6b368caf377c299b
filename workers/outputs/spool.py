"""Sheets that have to wait: a ZIP takes one file after the other, details come in between."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Protocol


class SpooledPart(Protocol):
    """Where the XML of one sheet goes."""

    def write(self, data: bytes, /) -> int:
        """Take more of the sheet."""
        ...

    def close(self) -> None:
        """The sheet is complete."""
        ...


class Spool:
    """A sheet that waits, compressed and in a file without a name, until the ZIP is free."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with the book
        self._deflate = zlib.compressobj(1)

    def write(self, data: bytes, /) -> int:
        """Compress ``data`` into the file."""
        return self._file.write(self._deflate.compress(data))

    def close(self) -> None:
        """Write what the compressor still holds."""
        self._file.write(self._deflate.flush())

    def drain(self) -> Iterator[bytes]:
        """Yield what was written."""
        self._file.seek(0)
        inflate = zlib.decompressobj()
        while packed := self._file.read(16_384):
            yield inflate.decompress(packed)
        yield inflate.flush()

    def discard(self) -> None:
        """Give the file back; it is gone with that."""
        self._file.close()
