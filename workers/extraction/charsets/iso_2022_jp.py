"""ISO-2022-JP: the one encoding of the standard with states.

https://encoding.spec.whatwg.org/#iso-2022-jp
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import islice

MAX_PIECES = 200_000
"""Stretches of one state, or of one kind in it; a body with more is noise and ends there."""

_FAULT = "\ufffd"
_ESCAPE = re.compile(rb"\x1b(\([BJI]|\$[@B])?")
_PAIRS = re.compile(rb"((?:[\x21-\x7e]{2})+)|[\x21-\x7e][^\x21-\x7e]?|[^\x21-\x7e]+")
_HIGH_BITS = bytes(byte | 0x80 for byte in range(256))

_ASCII = "".join(map(chr, range(128))).translate({0x0E: _FAULT, 0x0F: _FAULT}) + _FAULT * 128
_ROMAN = _ASCII.translate({0x5C: "¥", 0x7E: "‾"})
_KATAKANA = _FAULT * 0x21 + "".join(map(chr, range(0xFF61, 0xFFA0))) + _FAULT * 160
_TABLES = {b"(B": _ASCII, b"(J": _ROMAN, b"(I": _KATAKANA}


def decode(body: bytes, *, euc_jp: Callable[[bytes], str]) -> str:
    """Return ``body`` as text; ``euc_jp`` decodes pairs of JIS X 0208 with their high bits set."""
    return "".join(islice(_pieces(body, euc_jp), MAX_PIECES))


def _pieces(body: bytes, euc_jp: Callable[[bytes], str]) -> Iterator[str]:
    state, start, idle = b"(B", 0, False
    for escape in _ESCAPE.finditer(body):
        if escape.start() > start:
            yield from _segment(body[start : escape.start()], state, euc_jp)
            idle = False
        # An escape that is none is a fault; so is one right behind another, which hides something.
        if escape[1] is None or idle:
            yield _FAULT
        idle = escape[1] is not None
        state = escape[1] or state
        start = escape.end()
    yield from _segment(body[start:], state, euc_jp)


def _segment(part: bytes, state: bytes, euc_jp: Callable[[bytes], str]) -> Iterator[str]:
    table = _TABLES.get(state)
    if table is not None:
        yield codecs.charmap_decode(part, "strict", table)[0]
        return
    for found in _PAIRS.finditer(part):
        if found[1]:
            yield euc_jp(found[1].translate(_HIGH_BITS))
        else:
            # A lead with what is no trail is one fault, and each byte that is no lead is one.
            yield _FAULT * (1 if found[0][0] in range(0x21, 0x7F) else len(found[0]))
