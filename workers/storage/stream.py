"""An iterator of bytes, read like a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from workers.crashpoint import around


class ChunkReader:
    """What the S3 client needs of a file: ``read``. Holds no more than was asked for and a chunk.

    ``total`` counts the bytes taken from the chunks, ``failure`` keeps what they raised.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held: deque[bytes] = deque()
        self._size = 0
        self.total = 0
        self.failure: Exception | None = None

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, or less at the end only."""
        with around("upload.part"):
            self._gather(size)
        taken = []
        while self._held and size:
            chunk = self._held.popleft()
            if len(chunk) > size:
                self._held.appendleft(chunk[size:])
                chunk = chunk[:size]
            taken.append(chunk)
            size -= len(chunk)
            self._size -= len(chunk)
        return b"".join(taken)

    def _gather(self, size: int) -> None:
        """Take chunks until ``size`` bytes are held or there is no more."""
        while self._size < size and (chunk := self._next()) is not None:
            self._held.append(chunk)
            self._size += len(chunk)
            self.total += len(chunk)

    def _next(self) -> bytes | None:
        try:
            return next(self._chunks, None)
        except Exception as error:
            self.failure = error
            raise
