"""Follows the body of one answer: where it ends, and whether its content coding does (pure).

Chromium notices that a body is shorter than its frame says, but shows a gzip stream that ends in
its middle as if it were whole. No event of its tells the two apart, so over TLS nobody does.
"""

from __future__ import annotations

from workers.errors import ConnectionFailed, FetchError
from workers.fetchers.chrome.egress.http1 import Fields, field_of
from workers.fetchers.http.body import decode_body

MOST_BYTES = 16 * 1024 * 1024
"""Coded bytes that are kept to be looked at; a page of more is too long anyway."""

MOST_DECODED = 64 * 1024 * 1024
BODILESS = frozenset((204, 206, 304))
"""Statuses whose body is none, or a part by itself (RFC 9110, 15)."""


class Frame:
    """Takes an HTTP/1.1 body out of its frame (RFC 9112, 6 and 7); ``ended`` once it is whole."""

    def __init__(self, fields: Fields) -> None:
        self.ended = False
        self._chunked = "chunked" in field_of(fields, "transfer-encoding").lower()
        length = field_of(fields, "content-length")
        known = not self._chunked and length.isascii() and length.isdigit()
        self._left = int(length) if known else 0
        self.until_close = not self._chunked and not known
        self._rest = b""
        self._in_chunk = self._last = False
        self.ended = known and not self._left

    def take(self, data: bytes) -> bytes:
        """Return the content in ``data``."""
        if self.until_close:
            return data
        if self._chunked:
            return self._dechunked(data)
        content, self._left = data[: self._left], max(self._left - len(data), 0)
        self.ended = not self._left
        return content

    def _dechunked(self, data: bytes) -> bytes:
        data, self._rest, content = self._rest + data, b"", []
        while data and not self.ended:
            if self._left:
                piece, data = data[: self._left], data[self._left :]
                content.append(piece)
                self._left -= len(piece)
                continue
            line, mark, after = data.partition(b"\n")
            if not mark:
                self._rest = data
                break
            data = after
            self._read_line(line.strip())
        return b"".join(content)

    def _read_line(self, line: bytes) -> None:
        """Read a line between chunks: the end of one, the size of the next, or a trailer."""
        if self._last:
            self.ended = not line
        elif self._in_chunk:
            self._in_chunk = False
        else:
            size = line.partition(b";")[0].strip()
            self._left = int(size, 16)
            self._in_chunk, self._last = self._left > 0, self._left == 0


class BodyCheck:
    """Whether the coded body of one answer comes to its end."""

    def __init__(self, fields: Fields) -> None:
        self.frame = Frame(fields)
        self._codings = field_of(fields, "content-encoding")
        self._raw = bytearray()

    def take(self, data: bytes) -> None:
        """Look at what came."""
        content = self.frame.take(data)
        if len(self._raw) <= MOST_BYTES:
            self._raw += content

    @property
    def is_cut(self) -> bool:
        """Whether the stream inside the body ends too early; asked once the body has ended."""
        if len(self._raw) > MOST_BYTES:
            return False
        try:
            decode_body(bytes(self._raw), self._codings, MOST_DECODED)
        except ConnectionFailed:
            return True
        except FetchError:
            return False  # Too long, or not coded so: the browser sees that by itself.
        return False


def check_of(status: int, fields: Fields) -> BodyCheck | None:
    """Return what to look at the body with; None where nothing could be found out."""
    coded = field_of(fields, "content-encoding") and status not in BODILESS
    return BodyCheck(fields) if coded else None
