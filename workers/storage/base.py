"""The contract of a storage: named objects of bytes, with links that anyone may follow for a while.

Errors: ``errors.StorageUnavailable`` (worth a retry) when the server can't be reached or answers
with a fault; ``errors.ObjectMissing`` when there is no such object. Nothing else escapes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol


class Storage(Protocol):
    """Where results and logs are kept."""

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Store ``chunks`` under ``key`` as one object and return its size in bytes.

        Atomic: readers see the whole object or none. Memory stays bounded (multipart).
        An exception raised by ``chunks`` passes through and leaves no object behind.
        """
        ...

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object's bytes in chunks."""
        ...

    def size(self, key: str) -> int:
        """Return the object's size in bytes."""
        ...

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the objects; a key that does not exist is no error."""
        ...

    def abandon(self, seconds: float, *, keep: Collection[str]) -> int:
        """Drop uploads begun more than ``seconds`` ago that are no objects yet; return how many.

        Those to the keys in ``keep`` may still become one. A server that lists none has none.
        """
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with ``prefix``."""
        ...

    def link(self, key: str, filename: str, seconds: int) -> str:
        """Return a presigned GET link, valid for ``seconds``, that saves as ``filename``.

        Signed offline: needs no connection, and is for ``S3_PUBLIC_ENDPOINT``.
        """
        ...

    def ping(self) -> None:
        """Raise ``errors.StorageUnavailable`` unless the bucket can be reached within 2 s."""
        ...

    def ensure(self) -> None:
        """Create the bucket if it is not there; safe to repeat."""
        ...
