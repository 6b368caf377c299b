"""Objects in this process' memory: the stand-in for S3 where a test needs no server."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote, urlencode

from workers import errors
from workers.settings import Settings

_CHUNK = 65_536  # bytes a read yields at once


class MemoryStorage:
    """A dictionary that keeps the contract of a storage; its links open nothing."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._objects: dict[str, tuple[bytes, str]] = {}

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Store ``chunks`` as one object; nothing is stored if they raise."""
        body = b"".join(chunks)
        self._objects[key] = body, content_type
        return len(body)

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object's bytes in chunks."""
        body = self._body(key)
        for start in range(0, len(body), _CHUNK):
            yield body[start : start + _CHUNK]

    def size(self, key: str) -> int:
        """Return the object's size in bytes."""
        return len(self._body(key))

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the objects; a key that does not exist is no error."""
        for key in keys:
            self._objects.pop(key, None)

    def abandon(self, seconds: float, *, keep: Collection[str]) -> int:  # noqa: ARG002 - there are none
        """Drop nothing: whoever begins an object here ends it."""
        return 0

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, sorted."""
        yield from sorted(key for key in self._objects if key.startswith(prefix))

    def link(self, key: str, filename: str, seconds: int) -> str:
        """Return a ``memory:`` URL that names what a real link would hold."""
        query = urlencode({"filename": filename, "seconds": seconds})
        return f"memory://{self._bucket}/{quote(key)}?{query}"

    def ping(self) -> None:
        """Do nothing: memory is always there."""

    def ensure(self) -> None:
        """Do nothing: the bucket is this object."""

    def _body(self, key: str) -> bytes:
        if key not in self._objects:
            raise errors.ObjectMissing
        return self._objects[key][0]
