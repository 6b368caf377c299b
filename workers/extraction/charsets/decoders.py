"""Bytes → text, by each encoding's decoder in the standard; faults become U+FFFD and eat no more.

A codec of Python's decodes till it can't go on; then the handler here takes the standard's step at
that place: a character that only the standard knows, or a fault of as many bytes as it says there.
"""

from __future__ import annotations

import codecs
import threading
from collections.abc import Callable, Iterator
from functools import cache

import webencodings

from workers.extraction.charsets import iso_2022_jp
from workers.extraction.charsets.tables import (
    ALIGNED,
    BIG5_MISSING,
    ODD,
    PYTHON_CODECS,
    REPLACED,
    SINGLE,
)

FAULT = "\ufffd"

MAX_STEPS = 200_000
"""Steps a body gets, of 1 µs; the rest of one that has more is noise, and left to the codec."""

_C1 = range(0x80, 0xA0)
_HIGH = range(0x81, 0xFF)
_ROWS = range(0xA1, 0xFF)
_DIGITS = range(0x30, 0x3A)
_ASCII_END = 0x80
_JIS0212 = 0x8F

Step = tuple[str, int]
"""What the bytes at a place mean, and how many they are."""


def decode(body: bytes, name: str) -> str:
    """Return ``body`` decoded from the encoding that the standard calls ``name``. It never fails.

    A byte order mark is not looked for; it is the caller's.
    """
    return _decoder(name)(body)


@cache
def _decoder(name: str) -> Callable[[bytes], str]:
    if name == "replacement":
        return lambda body: FAULT if body else ""
    if name == "iso-2022-jp":
        return lambda body: iso_2022_jp.decode(body, euc_jp=lambda pair: decode(pair, "euc-jp"))
    if name in {*PYTHON_CODECS, "gbk"}:
        return _multi_byte(name)
    codec = webencodings.lookup(name).codec_info
    if name.startswith("utf-"):
        return lambda body: codec.decode(body, "replace")[0]
    table = single_byte(name)
    return lambda body: codecs.charmap_decode(body, "strict", table)[0]


@cache
def single_byte(name: str) -> str:
    """Return the 256 characters of an encoding of one byte, U+FFFD where it has none."""
    codec = webencodings.lookup(name).codec_info
    letters = list(codec.decode(bytes(range(256)), "replace")[0])
    for byte in _C1:  # What the standard gives for the gaps that Windows left there.
        letters[byte] = chr(byte) if letters[byte] == FAULT else letters[byte]
    for byte, letter in SINGLE.get(name, {}).items():
        letters[byte] = letter
    return "".join(letters)


def _multi_byte(name: str) -> Callable[[bytes], str]:
    family = "gb18030" if name == "gbk" else name  # Its decoder is gb18030's.
    codec = codecs.lookup(PYTHON_CODECS[family])
    handler = _register(family, codec)
    replaced = tuple(REPLACED.get(family, {}).items())

    def read(body: bytes) -> str:
        text = codec.decode(body, handler)[0]
        for theirs, ours in replaced:
            text = text.replace(theirs, ours)
        return text

    odd = ODD.get(family)
    if odd is None:
        return read
    return lambda body: "".join(_apart(body, family, odd, read))


def _apart(
    body: bytes, family: str, odd: dict[bytes, str], read: Callable[[bytes], str]
) -> Iterator[str]:
    """Read what stands between ``odd`` sequences, which the codec would mistake for others."""
    start = 0
    if any(map(body.__contains__, odd)):
        for found in ALIGNED[family].finditer(body):
            if found[0] in odd:
                yield read(body[start : found.start()])
                yield odd[found[0]]
                start = found.end()
    yield read(body[start:])


class _Steps(threading.local):
    """How many steps were taken in the body that this thread decodes."""

    body: bytes = b""
    count: int = 0

    def take(self, body: bytes) -> bool:
        """Count one more; whether it was one too many."""
        if body is not self.body:
            self.body, self.count = body, 0
        self.count += 1
        return self.count > MAX_STEPS


_steps = _Steps()


def _register(family: str, codec: codecs.CodecInfo) -> str:
    """Make the steps of ``family`` an error handler of Python's and return its name."""
    step = {"gb18030": _gb18030, "big5": _big5, "euc-jp": _euc_jp}.get(family, _plain)

    def handle(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        body, start = error.object, error.start
        if _steps.take(body):
            return codec.decode(body[start:], "replace")[0], len(body)
        text, size = step(body[start : start + 4])
        return text, start + size

    codecs.register_error(f"gristmill-{family}", handle)
    return f"gristmill-{family}"


def _plain(rest: bytes) -> Step:
    """A fault: of a lead alone where what follows is ASCII, which is read on its own, or of two."""
    whole = len(rest) > 1 and rest[0] in _HIGH and rest[1] >= _ASCII_END
    return FAULT, 2 if whole else 1


def _big5(rest: bytes) -> Step:
    found = BIG5_MISSING.get(rest[:2])
    return (found, 2) if found else _plain(rest)


def _euc_jp(rest: bytes) -> Step:
    if rest[0] == _JIS0212 and len(rest) > 1 and rest[1] in _ROWS:
        return FAULT, 3 if rest[2:3] >= b"\x80" else 2
    if len(rest) > 1 and rest[0] in _ROWS and rest[1] in _ROWS:
        try:
            return _as_shift_jis(rest[0] - 0xA1, rest[1] - 0xA1).decode("cp932"), 2
        except UnicodeDecodeError:
            return FAULT, 2
    return _plain(rest) if rest[0] in (0x8E, _JIS0212) or rest[0] in _ROWS else (FAULT, 1)


def _as_shift_jis(row: int, cell: int) -> bytes:
    """Return a place of JIS X 0208, counted from 0, in the encoding whose codec has all of it."""
    lead = (row >> 1) + (0x81 if row < 62 else 0xC1)  # noqa: PLR2004 - where half-width kana part it
    if row & 1:
        return bytes((lead, cell + 0x9F))
    return bytes((lead, cell + (0x40 if cell < 63 else 0x41)))  # noqa: PLR2004 - 0x7F is no trail


def _gb18030(rest: bytes) -> Step:
    if rest[0] == 0x80:  # noqa: PLR2004 - as Windows writes it
        return "€", 1
    if rest[0] not in _HIGH or len(rest) == 1:
        return FAULT, 1
    if rest[1] not in _DIGITS:
        return _plain(rest)
    # Four bytes: cut short by the end they are one fault; else only the first is, if any is wrong.
    fits = all(byte in allowed for byte, allowed in zip(rest[2:], (_HIGH, _DIGITS), strict=False))
    return FAULT, len(rest) if fits else 1
