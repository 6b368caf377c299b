"""Reads an HTTP/1 answer past what browsers read past, where libcurl gives up (pure).

A line of the head without a colon, a length that is no number, NULs, lone carriage returns, a few
bytes before the status line: RFC 9112, 2.2 lets a recipient be lenient, and Chromium's network
stack, after which this is made, is (net/http/http_util.cc and http_response_headers.cc there).
Two lengths that differ, or a start that is no HTTP, are no answer that anybody trusts.
"""

from __future__ import annotations

import re

from workers.errors import BadContent, ConnectionFailed, ResponseTooLong

HEAD_BYTES = 256 * 1024  # of a head, as in Chromium
JUNK_BYTES = 4  # before the status line, as in Chromium
SIZE_LINE = 4096  # bytes of a chunk's size with its extensions, or of a trailer

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"http(?:/[0-9.]*)?[ \t]*([0-9]{0,3})", re.IGNORECASE)
_FOLD = re.compile(rb"[\r\n]+[ \t]+")
_LINE_END = re.compile(rb"[\r\n]+")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SIZE = re.compile(rb"[ \t]*0*([0-9A-Fa-f]{1,15})[ \t]*(?:;|$)")
_INTERIM = range(100, 200)
_SWITCHING, _NO_CONTENT, _NOT_MODIFIED = 101, 204, 304


class MessageReader:
    """One answer, fed as it comes. ``lines`` is its head as libcurl would have given it.

    ``status``, ``lines`` and ``body`` count once ``done``. Every method raises a ``FetchError`` for
    what is no answer.
    """

    def __init__(self, max_bytes: int, *, bodiless: bool = False) -> None:
        """``max_bytes`` of a body, as it travels; ``bodiless`` is the answer to HEAD."""
        self.status = 0
        self.lines: list[bytes] = []
        self.body = bytearray()
        self.done = False
        self.wire_bytes = 0
        self._max_bytes, self._bodiless = max_bytes, bodiless
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer in which no head ends
        self._chunked = self._in_trailer = False
        self._left: int | None = None  # bytes of the body, or of its chunk; None: up to the end

    def feed(self, data: bytes) -> None:
        """Take bytes off the connection; what follows the answer is left alone."""
        self.wire_bytes += len(data)
        self._buffer += data
        while not self.lines and not self.done:
            if not self._read_head():
                return
        if not self.done:
            self._read_body()

    def close(self) -> None:
        """Take it that the connection has ended."""
        until_end = bool(self.lines) and not self._chunked and self._left is None
        if not self.done and not until_end and not self._in_trailer:
            raise ConnectionFailed("The answer ends too early.")
        self.done = True

    def _read_head(self) -> bool:
        """Read a head if it is there; that of an interim answer is dropped."""
        if len(self._buffer) > JUNK_BYTES * 2 and not self._start():
            raise BadContent("The answer is no HTTP.")
        end = _HEAD_END.search(self._buffer, self._searched)
        self._searched = 0 if end else max(0, len(self._buffer) - 3)
        if (end.start() if end else len(self._buffer)) > HEAD_BYTES:
            raise ResponseTooLong("The head of the answer is too long.")
        if end is None:
            return False
        start = self._start()
        if start is None:
            raise BadContent("The answer is no HTTP.")
        self.status = int(start[1] or 200)
        fields = bytes(self._buffer[start.end() : end.start()]).replace(b"\0", b"")
        del self._buffer[: end.end()]
        if self.status in _INTERIM and self.status != _SWITCHING:
            return True
        self._frame(_fields(fields.partition(b"\n")[2]))
        return True

    def _start(self) -> re.Match[bytes] | None:
        """Return where the status line begins, after a little junk at most."""
        places = range(JUNK_BYTES + 1)
        return next(filter(None, (_STATUS.match(self._buffer, place) for place in places)), None)

    def _frame(self, fields: list[tuple[bytes, bytes]]) -> None:
        """Note the head, and where it says that the body ends (RFC 9112, 6.3)."""
        head = [b"%s: %s\r\n" % field for field in fields]
        self.lines = [b"HTTP/1.1 %d\r\n" % self.status, *head, b"\r\n"]
        if self._bodiless or self.status in {_SWITCHING, _NO_CONTENT, _NOT_MODIFIED}:
            self.done = True
        elif any(
            b"chunked" in value.lower() for name, value in fields if name == b"transfer-encoding"
        ):
            self._chunked, self._left = True, 0
        else:
            self._left = _length(fields)

    def _read_body(self) -> None:
        if self._chunked:
            self._read_chunks()
        else:
            self._take(len(self._buffer) if self._left is None else self._left)
            self.done = self._left == 0

    def _take(self, most: int) -> None:
        piece = self._buffer[:most]
        del self._buffer[: len(piece)]
        self.body += piece
        if self._left is not None:
            self._left -= len(piece)
        if len(self.body) > self._max_bytes:
            raise ResponseTooLong

    def _read_chunks(self) -> None:
        """Read chunks up to the last one and the trailers behind it (RFC 9112, 7.1)."""
        while not self.done:
            if self._left:
                self._take(self._left)
                if self._left:
                    return
            end = self._buffer.find(b"\n", 0, SIZE_LINE)
            if end < 0:
                if len(self._buffer) >= SIZE_LINE:
                    raise BadContent("A line between chunks is too long.")
                return
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._read_size(line.strip(b"\r"))

    def _read_size(self, line: bytes) -> None:
        if self._in_trailer:
            self.done = not line
        elif line:  # an empty one ends the chunk before
            size = _SIZE.match(line)
            if size is None:
                raise ConnectionFailed("The size of a chunk can't be read.")
            self._left = int(size[1], 16)
            self._in_trailer = self._left == 0


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Return name (in lower case) and value of the lines that are header fields."""
    found = []
    for line in _LINE_END.split(_FOLD.sub(b" ", head)):
        name, colon, value = line.partition(b":")
        if colon and _TOKEN.fullmatch(name.strip()):
            found.append((name.strip().lower(), value.strip()))
    return found


def _length(fields: list[tuple[bytes, bytes]]) -> int | None:
    """Return the body's length; None where no number says it, and so the connection's end does."""
    values = [value for name, value in fields if name == b"content-length"]
    parts = {part.strip() for value in values for part in value.split(b",")}
    lengths = {int(part) for part in parts if part.isdigit() and len(part) < 19}  # noqa: PLR2004 - of 64 bits
    if len(lengths) > 1:
        raise BadContent("The answer has two lengths.")
    return lengths.pop() if lengths else None
