"""Many small pieces → few chunks of a useful size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

CHUNK = 262_144  # bytes of a usual chunk
LARGEST = 1_048_576  # bytes; a longer piece is cut
BATCH = 500  # records worked on at once, at most


def chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces joined to chunks of about ``CHUNK``, none longer than ``LARGEST``."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield from _cut(b"".join(held))
            held.clear()
            size = 0
    if size:
        yield from _cut(b"".join(held))


def _cut(chunk: bytes) -> Iterator[bytes]:
    if len(chunk) <= LARGEST:
        yield chunk
        return
    for start in range(0, len(chunk), LARGEST):
        yield chunk[start : start + LARGEST]


def batches(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the records in lists, of ``BATCH`` or fewer if they are long.

    For what is dear to call once a record.
    """
    held: list[bytes] = []
    size = 0
    for record in records:
        held.append(record)
        size += len(record)
        if len(held) >= BATCH or size >= CHUNK:
            yield held
            held = []
            size = 0
    if held:
        yield held
