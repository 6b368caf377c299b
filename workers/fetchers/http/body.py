"""Undoes content codings with a bound on what comes out (pure; RFC 9110, 8.4).

A few hundred bytes can unfold into gigabytes, so every decoder is asked for a bounded piece only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import brotli
import zstandard
from isal import isal_zlib  # inflates pages at two and a half times zlib's speed

from workers.errors import BadContent, ConnectionFailed, ResponseTooLong

MAX_CODINGS = 3  # layers; a server with a reason uses one
ZSTD_WINDOW = 8 * 1024 * 1024  # bytes (RFC 9659: what an HTTP recipient must support)
ZSTD_STEP = 256  # bytes fed at once: each may unfold into at most 8 MiB before we can count
BROTLI_STEP = 4096  # bytes fed at once where the end of a stream is looked for

IsalError: type[Exception] = isal_zlib.error  # type: ignore[assignment] # so its stubs say

_ZSTD_FRAME = re.compile(rb"[\x28\x50-\x5f](?:\xb5\x2f\xfd|\x2a\x4d\x18)")
"""How a frame begins, or one to be skipped (RFC 8878, 3.1). Junk behind the last one is left."""

Decoder = Callable[[bytes, int], bytes]
"""Takes the coded bytes and a bound; returns at most one byte more than the bound."""


def decode_body(raw: bytes, codings: str, limit: int, *, partial: bool = False) -> bytes:
    """Return ``raw`` without the ``codings`` of its Content-Encoding header.

    ``partial``: of a longer body its first ``limit`` bytes. Else raises
    ``ResponseTooLong`` beyond ``limit`` bytes, ``BadContent`` when the bytes are not coded
    so, ``ConnectionFailed`` when they end too early. Unknown codings (``utf-8``, ``none`` and other
    mistakes seen in the wild) are taken for no coding, as browsers do.
    """
    names = [name.strip().lower() for name in codings.split(",")] if codings and raw else []
    decoders = [DECODERS[name] for name in names if name in DECODERS]
    if len(decoders) > MAX_CODINGS or _UNSUPPORTED.intersection(names):
        raise BadContent(f"The content coding {codings[:60]!r} is not supported.")
    for decode in reversed(decoders):
        try:
            raw = decode(raw, limit)
        except (IsalError, brotli.error, zstandard.ZstdError) as error:
            raise BadContent from error
        if len(raw) > limit:
            break
    if len(raw) > limit and not partial:
        raise ResponseTooLong
    return raw[:limit]


def _cut_off() -> ConnectionFailed:
    return ConnectionFailed("The compressed body ends too early.")


def _inflate(raw: bytes, limit: int, wbits: int) -> tuple[bytes, bytes]:
    """Return one stream's content and what follows it."""
    engine = isal_zlib.decompressobj(wbits)
    out = engine.decompress(raw, limit + 1)
    if not engine.eof and len(out) <= limit:
        raise _cut_off()
    return out, engine.unused_data


def _gunzip(raw: bytes, limit: int) -> bytes:
    out, rest = _inflate(raw, limit, 31)
    while rest.startswith(b"\x1f\x8b") and len(out) <= limit:
        more, rest = _inflate(rest, limit - len(out), 31)
        out += more
    return out


def _deflate(raw: bytes, limit: int) -> bytes:
    """Undo zlib's format, or the bare one that many servers send under the same name."""
    try:
        return _inflate(raw, limit, 15)[0]
    except IsalError:
        return _inflate(raw, limit, -15)[0]


def _unbrotli(raw: bytes, limit: int) -> bytes:
    try:
        return _brotli_stream((raw,), limit)
    except brotli.error:
        # Bytes behind the stream look like a fault in it: go closer and closer to its end.
        whole = _faultless(raw, limit)
        last = (raw[at : at + 1] for at in range(whole, min(len(raw), whole + BROTLI_STEP)))
        return _brotli_stream(chain((raw[:whole],), last), limit)


def _brotli_stream(pieces: Iterable[bytes], limit: int) -> bytes:
    """Return the content of the stream that ``pieces`` hold; those behind its end are left."""
    engine = brotli.Decompressor()
    out: list[bytes] = []
    size = 0
    for piece in pieces:
        for part in _brotli_parts(engine, piece, limit - size):
            out.append(part)
            size += len(part)
        if engine.is_finished() or size > limit:
            return b"".join(out)
    raise _cut_off()


def _brotli_parts(engine: brotli.Decompressor, piece: bytes, room: int) -> Iterator[bytes]:
    """Yield what comes of ``piece``, until nothing does or it is more than ``room`` bytes."""
    while room >= 0 and not engine.is_finished():
        part = engine.process(piece, output_buffer_limit=room + 1)
        if not part:
            return
        room -= len(part)
        piece = b""
        yield part


def _faultless(raw: bytes, limit: int) -> int:
    """Return how many bytes of ``raw``, by whole steps, can be fed without a fault."""
    engine = brotli.Decompressor()
    for start in range(0, len(raw), BROTLI_STEP):
        try:
            for part in _brotli_parts(engine, raw[start : start + BROTLI_STEP], limit):
                limit -= len(part)
        except brotli.error:
            return start
    return len(raw)


def _unzstd(raw: bytes, limit: int) -> bytes:
    out = bytearray()
    maker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    engine = maker.decompressobj()
    at = 0
    while at < len(raw) and len(out) <= limit:
        if engine.eof:
            if not _ZSTD_FRAME.match(raw, at):
                break
            engine = maker.decompressobj()
        piece = raw[at : at + ZSTD_STEP]
        out += engine.decompress(piece)
        at += len(piece) - len(engine.unused_data)
    if not engine.eof and len(out) <= limit:
        raise _cut_off()
    return bytes(out)


DECODERS: dict[str, Decoder] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
_UNSUPPORTED = frozenset(("compress", "x-compress", "dcb", "dcz"))
